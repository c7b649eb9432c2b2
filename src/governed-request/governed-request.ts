import { voicesOf } from './decide-approval/voices-of.js';
import type { EventData, GovernedRequestEvent, RequestContent } from './governed-request.events.js';

/** What a request's trace says of where it stands; `submitted` is only ever seen between the events of one append. */
export type RequestStatus = Exclude<GovernedRequest['status'], 'not-submitted'>;

/** What was asked, by whom, and what would be sent. */
interface Asked {
  readonly content: RequestContent;
  /** What its requester asked for, before anybody edited it. */
  readonly submittedContent: RequestContent;
  /** Who edited what led to the content, and for whom; none: it is as it was submitted. */
  readonly editors: readonly string[];
  /** How often it was edited. */
  readonly amendments: number;
  readonly contentDigest: string;
  readonly requester: string;
  readonly onBehalfOf: string | null;
  readonly agent: string;
  readonly sessionKey: string;
  readonly submittedAt: string;
}

interface Judged extends Asked {
  readonly classification: EventData<'Classified'>;
}

/** What approvers still have to do. */
interface WaitingApproval {
  readonly terms: EventData<'ApprovalRequested'>;
  /** The approvals so far. */
  readonly granted: readonly EventData<'ApprovalGranted'>[];
  /** Groups whose members may decide beside the eligible ones, since it was escalated to them. */
  readonly escalatedTo: readonly string[];
  /** How many reminders were recorded. */
  readonly reminded: number;
}

/** One governed request, as far as its rules need it. */
export type GovernedRequest =
  | { readonly status: 'not-submitted' }
  | (Asked & { readonly status: 'submitted' })
  | (Judged & { readonly status: 'classified' })
  | (Judged & { readonly status: 'awaiting-approval'; readonly approval: WaitingApproval })
  | (Judged & { readonly status: 'approved'; readonly approvedDigest: string })
  | (Judged & { readonly status: 'executing'; readonly execution: EventData<'ExecutionStarted'> })
  | (Judged & { readonly status: 'blocked'; readonly code: EventData<'Blocked'>['code'] })
  /** Nothing is executed behind it either: all that may follow is what a person found out. */
  | (Judged & { readonly status: 'outcome-unknown' })
  | (Judged & {
      readonly status: 'executed' | 'failed';
      /** Set where the outcome was unknown first. */
      readonly resolution: EventData<'OutcomeResolved'> | null;
    });

export const notSubmitted: GovernedRequest = { status: 'not-submitted' };

/** A stream whose events do not follow from each other: somebody else wrote to it. */
export class CorruptStream extends Error {
  override readonly name = 'CorruptStream';

  constructor(status: GovernedRequest['status'], type: string) {
    super(`A request that is ${status} cannot have the event ${type}.`);
  }
}

/** What the request is after one more event. */
export function evolve(request: GovernedRequest, event: GovernedRequestEvent): GovernedRequest {
  switch (event.type) {
    case 'Submitted': {
      const { content } = event.data;
      const written = { submittedContent: content, editors: [], amendments: 0 };
      return { ...event.data, ...written, status: 'submitted' };
    }
    case 'Classified':
      return { ...asked(request, event), status: 'classified', classification: event.data };
    case 'ApprovalRequested':
      return {
        ...judged(request, event),
        status: 'awaiting-approval',
        approval: { terms: event.data, granted: [], escalatedTo: [], reminded: 0 },
      };
    case 'ApprovalEscalated':
      return waiting(request, event, () => ({ escalatedTo: event.data.to }));
    case 'ApprovalReminded':
      return waiting(request, event, () => ({ reminded: event.data.number }));
    case 'ApprovalGranted':
      return waiting(request, event, ({ granted }) => ({ granted: [...granted, event.data] }));
    case 'ApprovalRefused':
    case 'ApprovalExpired':
      return request;
    case 'ContentAmended': {
      const { content, contentDigest } = event.data;
      const before = asked(request, event);
      const editors = [...before.editors, ...voicesOf(event.data)];
      const amendments = before.amendments + 1;
      return { ...before, content, contentDigest, editors, amendments, status: 'submitted' };
    }
    case 'Approved':
      return {
        ...judged(request, event),
        status: 'approved',
        approvedDigest: event.data.contentDigest,
      };
    case 'Blocked':
      return { ...judged(request, event), status: 'blocked', code: event.data.code };
    case 'ExecutionStarted':
      return { ...judged(request, event), status: 'executing', execution: event.data };
    case 'Executed':
      return { ...judged(request, event), status: 'executed', resolution: null };
    case 'ExecutionFailed':
      return { ...judged(request, event), status: 'failed', resolution: null };
    case 'ExecutionOutcomeUnknown':
      return { ...judged(request, event), status: 'outcome-unknown' };
    case 'OutcomeResolved':
      return resolvedAs(request, event);
  }
}

function resolvedAs(
  request: GovernedRequest,
  event: Extract<GovernedRequestEvent, { type: 'OutcomeResolved' }>,
): GovernedRequest {
  if (request.status !== 'outcome-unknown') throw new CorruptStream(request.status, event.type);
  const status = event.data.outcome === 'did-run' ? 'executed' : 'failed';
  return { ...request, status, resolution: event.data };
}

function waiting(
  request: GovernedRequest,
  event: GovernedRequestEvent,
  changes: (approval: WaitingApproval) => Partial<WaitingApproval>,
): GovernedRequest {
  if (request.status !== 'awaiting-approval') throw new CorruptStream(request.status, event.type);
  return { ...request, approval: { ...request.approval, ...changes(request.approval) } };
}

function asked(request: GovernedRequest, event: GovernedRequestEvent): Asked {
  if (request.status === 'not-submitted') throw new CorruptStream(request.status, event.type);
  const { content, submittedContent, editors, amendments, contentDigest } = request;
  const { requester, onBehalfOf, agent, sessionKey, submittedAt } = request;
  const written = { content, submittedContent, editors, amendments, contentDigest };
  return { ...written, requester, onBehalfOf, agent, sessionKey, submittedAt };
}

function judged(request: GovernedRequest, event: GovernedRequestEvent): Judged {
  if (request.status === 'not-submitted' || request.status === 'submitted') {
    throw new CorruptStream(request.status, event.type);
  }
  return { ...asked(request, event), classification: request.classification };
}
