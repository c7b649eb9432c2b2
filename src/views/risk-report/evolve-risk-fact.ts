import type { RecordedEvent } from '../../governed-request/recorded-event.js';
import { MisplacedEvent, requireUuid } from '../projection.js';
import type { RiskFactTable } from './risk-fact.table.js';

type Submitted = Extract<RecordedEvent, { readonly type: 'Submitted' }>;

/** What reports count of a request behind one more event; throws `MisplacedEvent` when nothing was submitted. */
export function evolveRiskFact(fact: RiskFactTable | null, event: RecordedEvent): RiskFactTable {
  if (event.type === 'Submitted') return begun(event);
  if (fact === null) throw new MisplacedEvent(event, 'nothing was submitted');
  return { ...fact, ...changes(fact, event) };
}

function begun(event: Submitted): RiskFactTable {
  requireUuid(event);
  const { requestId, data } = event;
  return {
    id: requestId,
    submitted_at: data.submittedAt,
    status: 'submitted',
    requester: data.requester,
    agent: data.agent,
    kind: data.content.kind,
    tool: data.content.kind === 'tool' ? data.content.tool : null,
    risk: null,
    category: null,
    policy: null,
    requested_at: null,
    decision_ms: null,
    approval_ms: null,
    execution_ms: null,
  };
}

function changes(
  fact: RiskFactTable,
  event: Exclude<RecordedEvent, Submitted>,
): Partial<RiskFactTable> {
  switch (event.type) {
    case 'Classified': {
      const { risk, category, policy } = event.data;
      return { status: 'classified', risk, category, policy: policy.name };
    }
    case 'ApprovalRequested':
      return {
        status: 'awaiting-approval',
        requested_at: fact.requested_at ?? event.data.requestedAt,
      };
    case 'ApprovalEscalated':
    case 'ApprovalReminded':
    case 'ApprovalGranted':
    case 'ApprovalRefused':
    case 'ApprovalExpired':
      return {};
    case 'ContentAmended': {
      const { content } = event.data;
      const tool = content.kind === 'tool' ? content.tool : null;
      const unclassified = { risk: null, category: null, policy: null };
      return { status: 'submitted', kind: content.kind, tool, ...unclassified };
    }
    case 'Approved':
      return {
        status: 'approved',
        decision_ms: between(fact.submitted_at, event.data.at),
        approval_ms: between(fact.requested_at, event.data.at),
      };
    case 'Blocked': {
      const { code, at } = event.data;
      const decision = code === 'refused' ? between(fact.submitted_at, at) : fact.decision_ms;
      return { status: 'blocked', decision_ms: decision };
    }
    case 'ExecutionStarted':
      return { status: 'executing' };
    case 'Executed':
      return { status: 'executed', execution_ms: event.data.latency };
    case 'ExecutionFailed':
      return { status: 'failed' };
    case 'ExecutionOutcomeUnknown':
      return { status: 'outcome-unknown' };
    case 'OutcomeResolved':
      return { status: event.data.outcome === 'did-run' ? 'executed' : 'failed' };
  }
}

/** Replicas' clocks may differ a little: never less than nothing. */
const between = (start: string | null, end: string): number | null =>
  start === null ? null : Math.max(0, Date.parse(end) - Date.parse(start));
