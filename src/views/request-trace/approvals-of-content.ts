import type { TraceDecision } from './trace.js';

/** The approvals of the content as it is now: those from before it was amended count no longer. */
export function approvalsOfContent(decisions: readonly TraceDecision[]): readonly TraceDecision[] {
  const amendment = decisions.findLastIndex(({ decision }) => decision === 'amend');
  return decisions.slice(amendment + 1).filter(({ decision }) => decision === 'approve');
}
