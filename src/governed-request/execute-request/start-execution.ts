import type { GovernedRequest } from '../governed-request.js';
import type { GovernedRequestEvent } from '../governed-request.events.js';
import { Refused } from '../refused.js';

/**
 * Opens the one execution a request may have: classified green, or approved for exactly the content with this digest.
 * Recorded before the gateway is called, so that of several replicas only one calls it.
 */
export function startExecution(
  request: GovernedRequest,
  now: Date,
  deadline: number,
): GovernedRequestEvent[] {
  const digest = allowance(request);
  if (digest === undefined) {
    throw new Refused('not-executable', `The request is ${request.status}.`);
  }
  return [
    {
      type: 'ExecutionStarted',
      data: {
        attempt: 1,
        startedAt: now.toISOString(),
        deadline: new Date(now.getTime() + deadline).toISOString(),
        contentDigest: digest,
      },
    },
  ];
}

/** A request in a state in which it may be allowed to run. */
export type Allowed = Extract<GovernedRequest, { readonly status: 'classified' | 'approved' }>;

/** Whether the request is allowed and has not been started. */
export const mayExecute = (request: GovernedRequest): request is Allowed =>
  allowance(request) !== undefined;

/** The digest of what was allowed, if anything was. */
function allowance(request: GovernedRequest): string | undefined {
  if (request.status === 'approved') return request.approvedDigest;
  if (request.status !== 'classified') return undefined;
  const { allow, requiresApproval } = request.classification;
  const isGreen = allow && !requiresApproval;
  // What an approver made green still needs somebody else's word.
  return isGreen && request.editors.length === 0 ? request.contentDigest : undefined;
}
