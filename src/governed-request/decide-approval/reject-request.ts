import type { Policy } from '../../policy/policy.js';
import type { GovernedRequest } from '../governed-request.js';
import type { GovernedRequestEvent } from '../governed-request.events.js';
import { waitingFor, type Decision } from './waiting-request.js';

/** One refusal is enough: the request is blocked, and its requester is offered an alternative. */
export function rejectRequest(
  request: GovernedRequest,
  decision: Decision,
  policy: Policy,
): GovernedRequestEvent[] {
  const { classification } = waitingFor(request, decision);
  const { approver, comment, contentDigest, now } = decision;
  const at = now.toISOString();
  return [
    { type: 'ApprovalRefused', data: { by: approver, comment, contentDigest, at } },
    {
      type: 'Blocked',
      data: {
        by: approver,
        code: 'refused',
        reason: comment ?? `${approver} refused the request.`,
        alternative: policy.alternativeTo(classification),
        at,
      },
    },
  ];
}
