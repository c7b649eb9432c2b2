import { z } from 'zod';
import { objectionTo, type Voter } from '../../governed-request/decide-approval/objection.js';
import type { Right } from '../../governed-request/decide-approval/right.js';
import { approvalsOfContent } from '../request-trace/approvals-of-content.js';
import { recordedTrace, type RecordedTrace } from '../request-trace/trace.js';

const { id, requester, onBehalfOf, agent, content, contentDigest } = recordedTrace.shape;
const { requestedAt, expiresAt, quorum, eligible, atLeast, human, escalation, missing } =
  recordedTrace.shape.approval.unwrap().shape;
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
    /** Of those who approve, so many at least from each of these groups. */
    atLeast,
    /** Only people may decide, no machines. */
    human,
    /** Who may decide as well from when on. */
    escalation,
    /** What is missing until it may run. */
    missing,
    /** Who approved this content so far. */
    granted: z.array(z.string()).readonly(),
    /** Those whom they stood in for: their voices are given as well. */
    stoodInFor: z.array(z.string()).readonly(),
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

/** Who asks what waits for them, and when. */
export interface Approver extends Voter {
  readonly now: Date;
  /** The rights of those whom they stand in for now. */
  readonly delegated?: readonly Pick<Right, 'standsInFor' | 'groups'>[];
}

/** The item of a trace that waits; null when it does not. */
export function waitingItemOf({
  approval,
  classification,
  ...request
}: RecordedTrace): WaitingItem | null {
  if (request.status !== 'awaiting-approval' || !approval || !classification) return null;
  const granted = approvalsOfContent(approval.decisions);
  return {
    id: request.id,
    requester: request.requester,
    onBehalfOf: request.onBehalfOf,
    agent: request.agent,
    requestedAt: approval.requestedAt,
    expiresAt: approval.expiresAt,
    quorum: approval.quorum,
    eligible: approval.eligible,
    atLeast: approval.atLeast,
    human: approval.human,
    escalation: approval.escalation,
    missing: approval.missing,
    granted: granted.map(({ by }) => by),
    stoodInFor: granted.flatMap(({ standsInFor }) => standsInFor ?? []),
    risk: classification.risk,
    category: classification.category,
    reason: classification.reason,
    findings: classification.findings,
    content: request.content,
    contentDigest: request.contentDigest,
  };
}

/** Whether they may decide it now, with their own right or another's; the write side has the last word. */
export function mayDecide(
  { granted, stoodInFor, ...item }: WaitingItem,
  { now, delegated = [], ...approver }: Approver,
): boolean {
  if (now.getTime() >= Date.parse(item.expiresAt)) return false;
  const escalatedTo = item.escalation?.escalatedAt ? item.escalation.to : [];
  const undecided = { ...item, escalatedTo, voices: [...granted, ...stoodInFor] };
  return [approver, ...delegated.map((right) => ({ ...approver, ...right }))].some(
    (voter) => objectionTo(undecided, voter) === null,
  );
}
