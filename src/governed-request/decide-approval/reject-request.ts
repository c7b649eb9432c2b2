import type { Policy } from '../../policy/policy.js';
import type { GovernedRequest } from '../governed-request.js';
import type { GovernedRequestEvent } from '../governed-request.events.js';
import { isLegible } from '../is-legible.js';
import { Refused } from '../refused.js';
import { recordOf } from './record-of.js';
import { waitingFor, type Decision } from './waiting-request.js';

/** One refusal is enough: the request is blocked, and its requester is told why and offered an alternative. */
export function rejectRequest(
  request: GovernedRequest,
  decision: Decision,
  policy: Policy,
): GovernedRequestEvent[] {
  const reason = reasonOf(decision);
  const { classification } = waitingFor(request, decision);
  const record = recordOf(decision);
  return [
    { type: 'ApprovalRefused', data: record },
    {
      type: 'Blocked',
      data: {
        by: record.by,
        code: 'refused',
        reason,
        alternative: policy.alternativeTo(classification),
        at: record.at,
      },
    },
  ];
}

function reasonOf({ comment }: Decision): string {
  if (comment !== null && isLegible(comment)) return comment;
  throw new Refused('comment-required', 'Say in a comment why you refuse the request.');
}
