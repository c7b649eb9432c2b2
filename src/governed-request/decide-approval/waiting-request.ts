import type { GovernedRequest } from '../governed-request.js';
import { Refused } from '../refused.js';
import { objectionTo, type Objection, type Undecided, type Voter } from './objection.js';
import { voicesOf } from './voices-of.js';

export type Waiting = Extract<GovernedRequest, { status: 'awaiting-approval' }>;

/** One person's decision on exactly the content they saw. */
export interface Decision extends Voter {
  readonly contentDigest: string;
  readonly comment: string | null;
  readonly now: Date;
}

/** The request if this person may decide it now; otherwise throws `Refused` with the first reason that stands in the way. */
export function waitingFor(request: GovernedRequest, decision: Decision): Waiting {
  if (request.status === 'not-submitted') {
    throw new Refused('request-not-found', 'There is no such request.');
  }
  if (request.status !== 'awaiting-approval') throw notWaiting(request);
  const undecided = undecidedOf(request);
  const objection = objectionTo(undecided, decision);
  if (objection) throw new Refused(objection, SAYING[objection](decision, undecided));
  refuseStale(request, decision);
  return request;
}

/** Whoever comes too late is told so, whether or not the expiry was recorded meanwhile. */
function notWaiting(request: Exclude<GovernedRequest, Waiting>): Refused {
  if (request.status !== 'blocked') {
    return new Refused('not-awaiting-approval', `The request is ${request.status}.`);
  }
  if (request.code === 'expired') {
    return new Refused('approval-expired', 'The approval expired, and the request is blocked.');
  }
  return new Refused('not-awaiting-approval', `The request is blocked (${request.code}).`);
}

const undecidedOf = ({ requester, onBehalfOf, approval }: Waiting): Undecided => ({
  requester,
  onBehalfOf,
  human: approval.terms.human,
  eligible: approval.terms.eligible,
  escalatedTo: approval.escalatedTo,
  voices: approval.granted.flatMap(voicesOf),
});

const SAYING: Readonly<Record<Objection, (voter: Voter, of: Undecided) => string>> = {
  'self-approval': ({ approver, standsInFor }) =>
    standsInFor
      ? `The request is of ${approver} or of ${standsInFor}, who count as one.`
      : `${approver} may not decide their own request.`,
  'human-required': ({ approver }) =>
    `${approver} is a machine, and the policy has a person decide this request.`,
  'not-eligible': (_, { eligible, escalatedTo }) =>
    `Only members of ${[...eligible, ...escalatedTo].join(', ')} may decide.`,
  'already-decided': ({ approver, standsInFor }) =>
    standsInFor
      ? `${approver} or ${standsInFor}, who count as one, has already approved this request.`
      : `${approver} has already approved this request.`,
};

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
