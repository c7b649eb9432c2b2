import type { GovernedRequest } from '../governed-request.js';
import type { GovernedRequestEvent } from '../governed-request.events.js';
import { Refused } from '../refused.js';

/** A request that waits for so long may be decided by members of more groups from now on. Once, and not before its time. */
export function escalateApproval(request: GovernedRequest, now: Date): GovernedRequestEvent[] {
  if (request.status !== 'awaiting-approval') {
    throw new Refused('not-awaiting-approval', `The request is ${request.status}.`);
  }
  const { terms, escalatedTo } = request.approval;
  const { escalation, expiresAt } = terms;
  if (escalation === null || escalatedTo.length > 0) return [];
  const isDue = now.getTime() >= Date.parse(escalation.at);
  if (!isDue || now.getTime() >= Date.parse(expiresAt)) return [];
  return [{ type: 'ApprovalEscalated', data: { to: escalation.to, at: now.toISOString() } }];
}
