import {
  evolve,
  notSubmitted,
  type GovernedRequest,
} from '../../../src/governed-request/governed-request.js';
import type { RequestHistory } from '../world/history.js';
import type { EndInvariant } from './invariant.js';

const stateOf = ({ events }: RequestHistory): GovernedRequest =>
  events.reduce(evolve, notSubmitted);

const RUNNING: readonly GovernedRequest['status'][] = ['classified', 'approved', 'executing'];

/** Whether nothing happens to it any more of itself. */
export const isAtRest = (request: RequestHistory): boolean =>
  ![...RUNNING, 'awaiting-approval'].includes(stateOf(request).status);

const nothingAllowedIsLeft: EndInvariant = {
  name: 'what is allowed is started in the end',
  check: (request) => left(request, ['classified', 'approved']),
};

const nothingStartedIsLeft: EndInvariant = {
  name: 'what is started has an outcome in the end',
  check: (request) => left(request, ['executing']),
};

const nothingExpiredIsLeft: EndInvariant = {
  name: 'what nobody decides in time expires in the end',
  check(request, now) {
    const state = stateOf(request);
    if (state.status !== 'awaiting-approval') return null;
    const { expiresAt } = state.approval.terms;
    return Date.parse(expiresAt) < now.getTime()
      ? `it waits, though it expired at ${expiresAt}`
      : null;
  },
};

function left(
  request: RequestHistory,
  statuses: readonly GovernedRequest['status'][],
): string | null {
  const { status } = stateOf(request);
  return statuses.includes(status) ? `it is still ${status}` : null;
}

/** Checked once, behind the end. */
export const END_INVARIANTS: readonly EndInvariant[] = [
  nothingAllowedIsLeft,
  nothingStartedIsLeft,
  nothingExpiredIsLeft,
];
