import type { GovernedRequest } from '../governed-request.js';
import { Refused } from '../refused.js';

export type Waiting = Extract<GovernedRequest, { status: 'awaiting-approval' }>;

/** One person's decision on exactly the content they saw. */
export interface Decision {
  readonly approver: string;
  readonly groups: readonly string[];
  readonly contentDigest: string;
  readonly comment: string | null;
  readonly now: Date;
}

/** The request if this person may decide it now; otherwise throws `Refused` with the first reason that stands in the way. */
export function waitingFor(request: GovernedRequest, decision: Decision): Waiting {
  if (request.status === 'not-submitted') {
    throw new Refused('request-not-found', 'There is no such request.');
  }
  if (request.status !== 'awaiting-approval') {
    throw new Refused('not-awaiting-approval', `The request is ${request.status}.`);
  }
  refuseIneligible(request, decision);
  refuseStale(request, decision);
  return request;
}

function refuseIneligible(request: Waiting, { approver, groups }: Decision): void {
  const { terms, granted } = request.approval;
  if (approver === request.requester || approver === request.onBehalfOf) {
    throw new Refused('self-approval', `${approver} may not decide their own request.`);
  }
  if (terms.eligible.length > 0 && !terms.eligible.some((group) => groups.includes(group))) {
    throw new Refused('not-eligible', `Only members of ${terms.eligible.join(', ')} may decide.`);
  }
  if (granted.includes(approver)) {
    throw new Refused('already-decided', `${approver} has already approved this request.`);
  }
}

function refuseStale(request: Waiting, { contentDigest, now }: Decision): void {
  const { expiresAt } = request.approval.terms;
  if (now.getTime() >= Date.parse(expiresAt)) {
    throw new Refused('approval-expired', `The approval expired at ${expiresAt}.`);
  }
  if (contentDigest !== request.approval.terms.contentDigest) {
    throw new Refused(
      'content-changed',
      'The content that waits is not the one with this digest; read the request again.',
    );
  }
}
