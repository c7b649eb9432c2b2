import type { Classification } from '../../policy/classification.js';
import type { RequestContent } from '../../governed-request/governed-request.events.js';
import type { RequestStatus } from '../../governed-request/governed-request.js';

/** Everything that is known of one governed request, as the REST API answers it. */
export interface Trace {
  readonly id: string;
  readonly kind: RequestContent['kind'];
  readonly status: RequestStatus;
  readonly requester: string;
  readonly onBehalfOf: string | null;
  readonly agent: string;
  readonly sessionKey: string;
  readonly submittedAt: string;
  readonly content: RequestContent;
  readonly contentDigest: string;
  readonly classification: Classification | null;
  readonly approval: TraceApproval | null;
  readonly execution: TraceExecution | null;
  readonly blocked: TraceBlock | null;
  /** Version of the last event of the stream that this trace stands on. */
  readonly version: number;
  /** Position of that event in the whole log, a decimal string. */
  readonly position: string;
}

export interface TraceApproval {
  readonly state: 'waiting' | 'approved' | 'refused' | 'expired' | 'withdrawn';
  readonly requestedAt: string;
  readonly expiresAt: string;
  readonly quorum: number;
  /** Groups that may decide; empty: every approver. */
  readonly eligible: readonly string[];
  readonly decisions: readonly TraceDecision[];
}

export interface TraceDecision {
  readonly by: string;
  readonly decision: 'approve' | 'reject' | 'amend';
  readonly comment: string | null;
  readonly at: string;
}

export interface TraceExecution {
  readonly startedAt: string;
  readonly finishedAt: string | null;
  readonly runId: string | null;
  readonly outcome: 'running' | 'executed' | 'failed' | 'unknown';
  readonly response: string | null;
  readonly usage: {
    readonly promptTokens: number;
    readonly completionTokens: number;
    readonly totalTokens: number;
  } | null;
  readonly error: { readonly code: string; readonly message: string } | null;
}

export interface TraceBlock {
  readonly by: string;
  readonly code: 'policy' | 'refused' | 'expired' | 'withdrawn';
  readonly reason: string;
  /** What the requester is offered instead. */
  readonly alternative: string | null;
  readonly at: string;
}
