import type { GovernedRequest } from '../governed-request.js';
import type { GovernedRequestEvent } from '../governed-request.events.js';
import { Refused } from '../refused.js';

export interface Withdrawal {
  readonly requester: string;
  readonly comment: string | null;
  readonly now: Date;
}

/** Its requester takes a request back as long as nothing was started; to anybody else it does not exist. */
export function withdrawRequest(
  request: GovernedRequest,
  { requester, comment, now }: Withdrawal,
): GovernedRequestEvent[] {
  if (request.status === 'not-submitted' || request.requester !== requester) {
    throw new Refused('request-not-found', 'There is no such request.');
  }
  if (!['classified', 'awaiting-approval', 'approved'].includes(request.status)) {
    throw new Refused('not-withdrawable', `The request is ${request.status}.`);
  }
  return [
    {
      type: 'Blocked',
      data: {
        by: requester,
        code: 'withdrawn',
        reason: comment ?? 'Withdrawn by its requester.',
        alternative: null,
        at: now.toISOString(),
      },
    },
  ];
}
