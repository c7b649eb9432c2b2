import type { GovernedRequest } from '../governed-request.js';
import type { GovernedRequestEvent } from '../governed-request.events.js';
import { missingApprovals } from './missing-approvals.js';
import { recordOf } from './record-of.js';
import { waitingFor, type Decision } from './waiting-request.js';

/**
 * Four eyes: people other than the author, as many as the quorum asks for and of the groups that it asks for, approve
 * exactly the content they saw.
 */
export function approveRequest(
  request: GovernedRequest,
  decision: Decision,
): GovernedRequestEvent[] {
  const { approval, editors } = waitingFor(request, decision);
  const record = recordOf(decision);
  const granted: GovernedRequestEvent = { type: 'ApprovalGranted', data: record };
  const all = [...approval.granted, record];
  if (missingApprovals(approval.terms, all, editors)) return [granted];
  const { contentDigest, at } = record;
  return [granted, { type: 'Approved', data: { by: all.map(({ by }) => by), contentDigest, at } }];
}
