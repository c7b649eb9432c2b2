import type { Policy } from '../../policy/policy.js';
import type { GovernedRequest } from '../governed-request.js';
import type { GovernedRequestEvent } from '../governed-request.events.js';
import { Refused } from '../refused.js';

/** A request that nobody decided in time is blocked. */
export function expireApproval(
  request: GovernedRequest,
  now: Date,
  policy: Policy,
): GovernedRequestEvent[] {
  if (request.status !== 'awaiting-approval') {
    throw new Refused('not-awaiting-approval', `The request is ${request.status}.`);
  }
  const { expiresAt } = request.approval.terms;
  if (now.getTime() < Date.parse(expiresAt)) {
    throw new Refused('approval-not-expired', `The approval waits until ${expiresAt}.`);
  }
  return [
    { type: 'ApprovalExpired', data: { expiredAt: expiresAt } },
    {
      type: 'Blocked',
      data: {
        by: 'docket',
        code: 'expired',
        reason: `Nobody decided by ${expiresAt}.`,
        alternative: policy.alternativeTo(request.classification),
        at: now.toISOString(),
      },
    },
  ];
}
