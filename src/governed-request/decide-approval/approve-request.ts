import type { GovernedRequest } from '../governed-request.js';
import type { GovernedRequestEvent } from '../governed-request.events.js';
import { suffice } from './suffice.js';
import { waitingFor, type Decision } from './waiting-request.js';

/** Four eyes: people other than the author, enough of them, approve exactly the content they saw. */
export function approveRequest(
  request: GovernedRequest,
  decision: Decision,
): GovernedRequestEvent[] {
  const { approval, editors } = waitingFor(request, decision);
  const { approver, comment, contentDigest, now } = decision;
  const at = now.toISOString();
  const by = [...approval.granted, approver];
  const granted: GovernedRequestEvent = {
    type: 'ApprovalGranted',
    data: { by: approver, comment, contentDigest, at },
  };
  if (!suffice({ terms: approval.terms, by, editors })) return [granted];
  return [granted, { type: 'Approved', data: { by, contentDigest, at } }];
}
