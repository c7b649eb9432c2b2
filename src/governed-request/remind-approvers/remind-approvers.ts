import type { GovernedRequest } from '../governed-request.js';
import type { GovernedRequestEvent } from '../governed-request.events.js';
import { Refused } from '../refused.js';

/** Every reminder whose time has come is recorded, each once, as long as somebody may still decide. */
export function remindApprovers(request: GovernedRequest, now: Date): GovernedRequestEvent[] {
  if (request.status !== 'awaiting-approval') {
    throw new Refused('not-awaiting-approval', `The request is ${request.status}.`);
  }
  const { terms, reminded } = request.approval;
  if (now.getTime() >= Date.parse(terms.expiresAt)) return [];
  const at = now.toISOString();
  const due = terms.reminders.filter((time) => now.getTime() >= Date.parse(time)).length;
  return Array.from({ length: Math.max(0, due - reminded) }, (_, index) => ({
    type: 'ApprovalReminded',
    data: { number: reminded + index + 1, at },
  }));
}
