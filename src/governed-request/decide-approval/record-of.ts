import type { EventData } from '../governed-request.events.js';
import type { Decision } from './waiting-request.js';

/** What is recorded of a decision, whichever way it went: who, by which right, on what, and why. */
export const recordOf = (decision: Decision): EventData<'ApprovalGranted'> => ({
  by: decision.approver,
  groups: [...decision.groups],
  standsInFor: decision.standsInFor ?? null,
  comment: decision.comment,
  contentDigest: decision.contentDigest,
  at: decision.now.toISOString(),
});
