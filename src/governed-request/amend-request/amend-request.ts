import type { ApprovalTerms, Classification } from '../../policy/classification.js';
import type { Policy } from '../../policy/policy.js';
import { contentDigest } from '../content-digest.js';
import { approveRequest } from '../decide-approval/approve-request.js';
import type { Voter } from '../decide-approval/objection.js';
import { voicesOf } from '../decide-approval/voices-of.js';
import { waitingFor, type Decision, type Waiting } from '../decide-approval/waiting-request.js';
import { escalateApproval } from '../escalate-approval/escalate-approval.js';
import { evolve, type GovernedRequest } from '../governed-request.js';
import type {
  EventData,
  GovernedRequestEvent,
  RequestContent,
} from '../governed-request.events.js';
import { Refused } from '../refused.js';
import {
  approvalRequested,
  blockedByPolicy,
  classifiedData,
} from '../submit-request/submit-request.js';

/** What an approver puts in the place of what they saw: the text of a message, or the arguments of a tool. */
export type Edit =
  | { readonly kind: 'chat'; readonly request: string }
  | {
      readonly kind: 'tool';
      readonly args: Extract<RequestContent, { readonly kind: 'tool' }>['args'];
    };

type Asked = EventData<'ApprovalRequested'>;

/** One person's edit of exactly the content they saw, and why. */
export interface Amendment extends Decision {
  readonly comment: string;
  readonly edit: Edit;
}

/** Streams are read whole, so that what could be written into one for ever needs a bound. */
export const MAX_AMENDMENTS = 10;

/**
 * An approver edits what waits and approves the outcome, which is classified again. Red is blocked. All else waits anew,
 * until its first expiry at the latest, and runs only when somebody approves it who edited none of it.
 */
export function amendRequest(
  request: GovernedRequest,
  amendment: Amendment,
  policy: Policy,
): GovernedRequestEvent[] {
  const waiting = waitingFor(withoutVoteOf(request, amendment), amendment);
  const content = edited(waiting, amendment.edit);
  const events = amended(waiting, content, amendment, policy);
  for (const follows of [escalated, ownApproval]) {
    events.push(...follows(events.reduce(evolve, request), amendment));
  }
  return events;
}

/** Who edits a content takes back their approval of it, so that it does not stand in the way of a better one. */
function withoutVoteOf(
  request: GovernedRequest,
  { approver, standsInFor }: Voter,
): GovernedRequest {
  if (request.status !== 'awaiting-approval') return request;
  const own = voicesOf({ by: approver, standsInFor: standsInFor ?? null });
  const granted = request.approval.granted.filter(
    (one) => !voicesOf(one).some((voice) => own.includes(voice)),
  );
  return { ...request, approval: { ...request.approval, granted } };
}

function amended(
  waiting: Waiting,
  content: RequestContent,
  { approver: by, standsInFor = null, comment, now }: Amendment,
  policy: Policy,
): GovernedRequestEvent[] {
  const classification = policy.classify(content);
  const digest = contentDigest({ ...waiting, content, policyDigest: policy.digest });
  const at = now.toISOString();
  return [
    {
      type: 'ContentAmended',
      data: { by, standsInFor, content, contentDigest: digest, comment, at },
    },
    { type: 'Classified', data: classifiedData(classification) },
    classification.allow
      ? approvalOf(waiting, classification, digest, policy, now)
      : blockedByPolicy(classification, policy, now),
  ];
}

/** Everything but the text or the arguments stays as it was asked for. */
function edited(waiting: Waiting, { kind, ...change }: Edit): RequestContent {
  const { content, amendments, contentDigest: seen, classification } = waiting;
  if (content.kind !== kind) {
    throw new Refused(
      'kind-changed',
      `The content of this request is of the kind ${content.kind}.`,
    );
  }
  if (amendments >= MAX_AMENDMENTS) {
    const times = `The content was amended ${MAX_AMENDMENTS} times`;
    throw new Refused('too-many-amendments', `${times}; approve or reject it.`);
  }
  const next: RequestContent = { ...content, ...change };
  const policyDigest = classification.policy.digest;
  if (contentDigest({ ...waiting, content: next, policyDigest }) === seen) {
    throw new Refused('nothing-amended', 'The content is the one that waits; edit or approve it.');
  }
  return next;
}

/**
 * The request waits under the terms that the policy has for the new content, or where it asks for nobody under those it
 * came with. What was to come while nobody decided comes when it was to come.
 */
function approvalOf(
  waiting: Waiting,
  classification: Classification,
  digest: string,
  policy: Policy,
  now: Date,
): GovernedRequestEvent {
  const terms = classification.requiresApproval
    ? termsOf(waiting, policy.approvalTerms(classification), now)
    : waiting.approval.terms;
  const { escalation, reminders, expiresAt } = terms;
  const requestedAt = now.toISOString();
  return {
    type: 'ApprovalRequested',
    data: {
      ...terms,
      contentDigest: digest,
      requestedAt,
      escalation: escalation && escalation.at < expiresAt ? escalation : null,
      reminders: reminders.filter((at) => at > requestedAt && at < expiresAt),
    },
  };
}

/**
 * Times count from the submission, whatever is edited: edits must neither keep a request waiting for ever nor put off
 * that others may decide it. Only a shorter time until the expiry counts from now on, or it could be over already.
 */
function termsOf({ approval, submittedAt }: Waiting, terms: ApprovalTerms, now: Date): Asked {
  const { contentDigest: seen, expiresAt: latest } = approval.terms;
  const { expiresAt } = approvalRequested(terms, seen, now).data;
  const { data } = approvalRequested(terms, seen, new Date(submittedAt));
  return { ...data, expiresAt: expiresAt < latest ? expiresAt : latest };
}

/** Whom it was escalated to may decide on what was made of it as well. */
const escalated = (request: GovernedRequest, { now }: Amendment): GovernedRequestEvent[] =>
  request.status === 'awaiting-approval' ? escalateApproval(request, now) : [];

/** Their own yes to the new content, where its terms let them decide on it. */
function ownApproval(request: GovernedRequest, amendment: Amendment): GovernedRequestEvent[] {
  if (request.status !== 'awaiting-approval') return [];
  const { contentDigest: amendedDigest } = request;
  try {
    return approveRequest(request, { ...amendment, contentDigest: amendedDigest, comment: null });
  } catch (error) {
    if (error instanceof Refused) return [];
    throw error;
  }
}
