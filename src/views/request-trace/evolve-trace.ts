import { missingApprovals } from '../../governed-request/decide-approval/missing-approvals.js';
import { voicesOf } from '../../governed-request/decide-approval/voices-of.js';
import type { EventData, EventType } from '../../governed-request/governed-request.events.js';
import type { RecordedEvent } from '../../governed-request/recorded-event.js';
import { MisplacedEvent, requireUuid } from '../projection.js';
import { approvalsOfContent } from './approvals-of-content.js';
import type { RecordedTrace, TraceApproval, TraceDecision, TraceExecution } from './trace.js';

type Recorded<T extends EventType> = Extract<RecordedEvent, { readonly type: T }>;
type Changes = Partial<Omit<RecordedTrace, 'id' | 'version' | 'position'>>;

/** The trace as it was behind the last of these events of one stream, which begin with its first; null without any. */
export const traceOf = (events: readonly RecordedEvent[]): RecordedTrace | null =>
  events.reduce<RecordedTrace | null>(evolveTrace, null);

/** The trace behind one more event; throws `MisplacedEvent` when that event does not follow. */
export function evolveTrace(trace: RecordedTrace | null, event: RecordedEvent): RecordedTrace {
  if (event.version !== (trace === null ? 0 : trace.version + 1)) {
    throw new MisplacedEvent(event, `the trace stands at version ${trace?.version ?? 'none'}`);
  }
  if (trace === null) return begun(event);
  const { version, position } = event;
  return { ...trace, ...changes(trace, event), version, position: position.toString() };
}

function begun(event: RecordedEvent): RecordedTrace {
  if (event.type !== 'Submitted') throw new MisplacedEvent(event, 'nothing was submitted');
  requireUuid(event);
  const { requester, onBehalfOf, agent, sessionKey, submittedAt, content, contentDigest } =
    event.data;
  // In the order of the schema: a trace has the same text whether or not it was stored in between.
  return {
    id: event.requestId,
    kind: content.kind,
    status: 'submitted',
    requester,
    requesterKind: event.metadata.actorKind,
    onBehalfOf,
    agent,
    sessionKey,
    submittedAt,
    content,
    contentDigest,
    classification: null,
    approval: null,
    execution: null,
    blocked: null,
    version: event.version,
    position: event.position.toString(),
  };
}

function changes(trace: RecordedTrace, event: RecordedEvent): Changes {
  switch (event.type) {
    case 'Submitted':
      throw new MisplacedEvent(event, 'it was submitted before');
    case 'Classified':
      return { status: 'classified', classification: event.data };
    case 'ApprovalRequested':
      return { status: 'awaiting-approval', approval: waiting(trace, event.data) };
    case 'ApprovalEscalated':
      return { approval: escalated(approvalOf(trace, event), event.data) };
    case 'ApprovalReminded':
      return { approval: reminded(approvalOf(trace, event), event.data) };
    case 'ApprovalGranted':
      return { approval: granted(trace, event) };
    case 'ApprovalRefused':
      return { approval: decided(trace, event, decisionOf(event, 'reject')) };
    case 'ContentAmended':
      return amended(trace, event);
    case 'Approved':
      return { status: 'approved', approval: over(approvalOf(trace, event), 'approved') };
    case 'ApprovalExpired':
      return { approval: over(approvalOf(trace, event), 'expired') };
    case 'Blocked':
      return { status: 'blocked', blocked: event.data, approval: closed(trace, event.data.code) };
    case 'ExecutionStarted':
      return { status: 'executing', execution: running(event.data) };
    case 'Executed':
      return executed(trace, event);
    case 'ExecutionFailed':
      return { status: 'failed', execution: failed(trace, event, 'failed', event.data.message) };
    case 'ExecutionOutcomeUnknown':
      return {
        status: 'outcome-unknown',
        execution: failed(trace, event, 'unknown', event.data.reason),
      };
    case 'OutcomeResolved':
      return resolved(trace, event);
  }
}

function waiting(trace: RecordedTrace, terms: EventData<'ApprovalRequested'>): TraceApproval {
  const decisions = trace.approval?.decisions ?? [];
  return {
    state: 'waiting',
    requestedAt: terms.requestedAt,
    expiresAt: terms.expiresAt,
    quorum: terms.quorum,
    eligible: terms.eligible,
    atLeast: terms.atLeast,
    human: terms.human,
    escalation: terms.escalation && { ...terms.escalation, escalatedAt: null },
    reminders: terms.reminders.map((at) => ({ at, remindedAt: null })),
    missing: missingOf(terms, decisions),
    decisions,
  };
}

const missingOf = (
  terms: Pick<TraceApproval, 'quorum' | 'atLeast'>,
  decisions: readonly TraceDecision[],
): TraceApproval['missing'] => {
  const amendments = decisions.filter(({ decision }) => decision === 'amend');
  const editors = amendments.flatMap(voicesOf);
  return missingApprovals(terms, approvalsOfContent(decisions), editors);
};

const escalated = (
  approval: TraceApproval,
  { to, at }: EventData<'ApprovalEscalated'>,
): TraceApproval => ({
  ...approval,
  escalation: { at: approval.escalation?.at ?? at, to, escalatedAt: at },
});

const reminded = (
  approval: TraceApproval,
  { number, at }: EventData<'ApprovalReminded'>,
): TraceApproval => ({
  ...approval,
  reminders: approval.reminders.map((reminder, index) =>
    index === number - 1 ? { ...reminder, remindedAt: at } : reminder,
  ),
});

function granted(trace: RecordedTrace, event: Recorded<'ApprovalGranted'>): TraceApproval {
  const approval = decided(trace, event, decisionOf(event, 'approve'));
  return { ...approval, missing: missingOf(approval, approval.decisions) };
}

const decisionOf = (
  { data, metadata }: Recorded<'ApprovalGranted' | 'ApprovalRefused'>,
  decision: 'approve' | 'reject',
): TraceDecision => ({
  by: data.by,
  byKind: metadata.actorKind,
  decision,
  groups: data.groups,
  standsInFor: data.standsInFor,
  comment: data.comment,
  at: data.at,
});

function decided(
  trace: RecordedTrace,
  event: RecordedEvent,
  decision: TraceDecision,
): TraceApproval {
  const approval = approvalOf(trace, event);
  return { ...approval, decisions: [...approval.decisions, decision] };
}

/** The classification stood for the old content; the next one follows in the same append. */
function amended(trace: RecordedTrace, event: Recorded<'ContentAmended'>): Changes {
  const { by, standsInFor, content, contentDigest, comment, at } = event.data;
  const { actorKind: byKind, groups } = event.metadata;
  const amendment: TraceDecision = {
    by,
    byKind,
    decision: 'amend',
    groups,
    standsInFor,
    comment,
    at,
  };
  return {
    status: 'submitted',
    kind: content.kind,
    content,
    contentDigest,
    classification: null,
    approval: decided(trace, event, amendment),
  };
}

/** A block ends a waiting approval; one that was given stays given. */
function closed(trace: RecordedTrace, code: EventData<'Blocked'>['code']): TraceApproval | null {
  if (trace.approval?.state !== 'waiting') return trace.approval;
  return over(trace.approval, code === 'policy' ? 'refused' : code);
}

const over = (approval: TraceApproval, state: TraceApproval['state']): TraceApproval => ({
  ...approval,
  state,
  missing: null,
});

const running = ({ startedAt }: EventData<'ExecutionStarted'>): TraceExecution => ({
  startedAt,
  finishedAt: null,
  runId: null,
  outcome: 'running',
  response: null,
  usage: null,
  error: null,
  resolution: null,
});

function executed(trace: RecordedTrace, event: Recorded<'Executed'>): Changes {
  const { runId, response, usage, finishedAt } = event.data;
  const started = executionOf(trace, event);
  return {
    status: 'executed',
    execution: { ...started, outcome: 'executed', runId, response, usage, finishedAt },
  };
}

function failed(
  trace: RecordedTrace,
  event: Recorded<'ExecutionFailed' | 'ExecutionOutcomeUnknown'>,
  outcome: 'failed' | 'unknown',
  message: string,
): TraceExecution {
  const { code, finishedAt } = event.data;
  return { ...executionOf(trace, event), outcome, finishedAt, error: { code, message } };
}

/** The error stays: it tells why nobody knew. There is no answer to show, nor a time at which it ended. */
function resolved(trace: RecordedTrace, event: Recorded<'OutcomeResolved'>): Changes {
  if (trace.status !== 'outcome-unknown') {
    throw new MisplacedEvent(event, 'its outcome is not unknown');
  }
  const status = event.data.outcome === 'did-run' ? 'executed' : 'failed';
  const execution = executionOf(trace, event);
  const { by, ...found } = event.data;
  const resolution = { by, byKind: event.metadata.actorKind, ...found };
  return { status, execution: { ...execution, outcome: status, resolution } };
}

function approvalOf(trace: RecordedTrace, event: RecordedEvent): TraceApproval {
  if (trace.approval === null) throw new MisplacedEvent(event, 'no approval was requested');
  return trace.approval;
}

function executionOf(trace: RecordedTrace, event: RecordedEvent): TraceExecution {
  if (trace.execution === null) throw new MisplacedEvent(event, 'nothing was started');
  return trace.execution;
}
