import type { GovernedRequest } from '../governed-request.js';
import type { EventData, GovernedRequestEvent } from '../governed-request.events.js';
import { isAuthor } from '../is-author.js';
import { Refused } from '../refused.js';

/** What a person found out of an execution whose outcome nobody knew. */
export interface Resolution {
  readonly by: string;
  readonly outcome: EventData<'OutcomeResolved'>['outcome'];
  readonly comment: string;
  readonly now: Date;
}

type Unknown = Extract<GovernedRequest, { status: 'outcome-unknown' }>;

/** Four eyes: somebody else than the author says, once and for good, whether it ran. Nothing is executed behind it. */
export function resolveOutcome(
  request: GovernedRequest,
  { now, ...resolution }: Resolution,
): GovernedRequestEvent[] {
  const { by } = resolution;
  if (isAuthor(by, unknownOf(request))) {
    throw new Refused('self-resolution', `${by} may not resolve their own request.`);
  }
  return [{ type: 'OutcomeResolved', data: { ...resolution, at: now.toISOString() } }];
}

function unknownOf(request: GovernedRequest): Unknown {
  if (request.status === 'not-submitted') {
    throw new Refused('request-not-found', 'There is no such request.');
  }
  if (request.status === 'outcome-unknown') return request;
  if ('resolution' in request && request.resolution) {
    const { by, outcome, at } = request.resolution;
    throw new Refused('already-resolved', `${by} resolved it as ${outcome} at ${at}.`);
  }
  throw new Refused('outcome-not-unknown', `The request is ${request.status}.`);
}
