import { z } from 'zod';
import { recordedTrace, type RecordedTrace, type TraceDecision } from '../request-trace/trace.js';

const { id, requester, onBehalfOf, agent, content, contentDigest } = recordedTrace.shape;
const { requestedAt, expiresAt, quorum, eligible } = recordedTrace.shape.approval.unwrap().shape;
const { risk, category, reason, findings } = recordedTrace.shape.classification.unwrap().shape;

/** A request that waits for people: everything they need to decide on it. */
export const waitingItem = z
  .strictObject({
    id,
    requester,
    onBehalfOf,
    agent,
    requestedAt,
    expiresAt,
    /** Distinct approvers needed. */
    quorum,
    /** Groups that may decide; empty: every approver. */
    eligible,
    /** Who approved this content so far. */
    granted: z.array(z.string()).readonly(),
    risk,
    category,
    reason,
    findings,
    content,
    /** What a decision has to name, so that it is about exactly this content. */
    contentDigest,
  })
  .meta({ id: 'WaitingItem' });
export type WaitingItem = Readonly<z.infer<typeof waitingItem>>;

/** Who asks what waits for them. */
export interface Approver {
  readonly id: string;
  readonly groups: readonly string[];
}

/** The item of a trace that waits; null when it does not. */
export function waitingItemOf({
  approval,
  classification,
  ...request
}: RecordedTrace): WaitingItem | null {
  if (request.status !== 'awaiting-approval' || !approval || !classification) return null;
  return {
    id: request.id,
    requester: request.requester,
    onBehalfOf: request.onBehalfOf,
    agent: request.agent,
    requestedAt: approval.requestedAt,
    expiresAt: approval.expiresAt,
    quorum: approval.quorum,
    eligible: approval.eligible,
    granted: grantedNow(approval.decisions),
    risk: classification.risk,
    category: classification.category,
    reason: classification.reason,
    findings: classification.findings,
    content: request.content,
    contentDigest: request.contentDigest,
  };
}

/** Nobody decides on their own request, twice, or outside the eligible groups; the write side has the last word. */
export function mayDecide(item: WaitingItem, approver: Approver): boolean {
  const own = approver.id === item.requester || approver.id === item.onBehalfOf;
  if (own || item.granted.includes(approver.id)) return false;
  return (
    item.eligible.length === 0 || item.eligible.some((group) => approver.groups.includes(group))
  );
}

/** Approvals of content that was amended since count no longer. */
function grantedNow(decisions: readonly TraceDecision[]): readonly string[] {
  const amendment = decisions.findLastIndex(({ decision }) => decision === 'amend');
  return decisions
    .slice(amendment + 1)
    .filter(({ decision }) => decision === 'approve')
    .map(({ by }) => by);
}
