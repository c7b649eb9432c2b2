import type { z } from 'zod';
import type { risk } from '../../governed-request/governed-request.events.js';
import type { ToldEvent } from './told-event.js';

/** What is asked of those who decide. */
export interface AskedApproval {
  readonly quorum: number;
  /** Groups that may decide; empty: every approver. */
  readonly eligible: readonly string[];
  /** Of the quorum, so many at least of each of these groups. */
  readonly atLeast: readonly { readonly group: string; readonly count: number }[];
  /** Whether only people may decide. */
  readonly human: boolean;
  readonly expiresAt: string;
}

/** What webhooks say of a request with everything that they tell of it; null: not known yet. */
export interface RequestFacts {
  readonly kind: 'chat' | 'tool' | null;
  readonly risk: z.infer<typeof risk> | null;
  readonly category: string | null;
  readonly approval: AskedApproval | null;
  /** How often the content was replaced. */
  readonly amendments: number;
}

export const NO_FACTS: RequestFacts = {
  kind: null,
  risk: null,
  category: null,
  approval: null,
  amendments: 0,
};

/** What is known after one more event. */
export function evolveFacts(facts: RequestFacts, event: ToldEvent): RequestFacts {
  switch (event.type) {
    case 'Submitted':
      return { ...NO_FACTS, kind: event.data.content.kind };
    case 'Classified':
      return { ...facts, risk: event.data.risk, category: event.data.category };
    case 'ContentAmended':
      return { ...facts, amendments: facts.amendments + 1 };
    case 'ApprovalRequested':
      return { ...facts, approval: event.data };
    case 'ApprovalEscalated':
      return { ...facts, approval: escalated(facts.approval, event.data.to) };
    case 'ApprovalReminded':
    case 'Approved':
    case 'Blocked':
    case 'Executed':
    case 'ExecutionFailed':
    case 'ExecutionOutcomeUnknown':
    case 'OutcomeResolved':
      return facts;
  }
}

/** Where everybody may decide already, an escalation adds nobody. */
const escalated = (approval: AskedApproval | null, to: readonly string[]): AskedApproval | null =>
  approval && approval.eligible.length > 0
    ? { ...approval, eligible: [...new Set([...approval.eligible, ...to])] }
    : approval;
