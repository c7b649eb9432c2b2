import { Refused } from '../../governed-request/refused.js';
import type { DelegationEvent } from '../delegation.events.js';
import { isOver, type Delegation } from '../delegation.js';

const DAY = 86_400_000;
const MAX_DAYS = 90;
/** Days from now in which it must begin. */
const MAX_AHEAD = 365;
/** Milliseconds that a caller's clock may be behind. */
const SKEW = 60_000;

/** What an approver wants to let somebody do in their place. */
export interface Grant {
  readonly id: string;
  readonly from: string;
  /** The groups that `from` has. */
  readonly ownGroups: readonly string[];
  readonly to: string;
  /** absent: all of their own. */
  readonly groups?: readonly string[] | undefined;
  /** absent: now. */
  readonly startsAt?: Date | undefined;
  readonly endsAt: Date;
  readonly comment: string | null;
}

/** An approver names a stand-in, with what is their own and for a bounded time: nothing borrowed is passed on. */
export function grantDelegation(
  delegations: readonly Delegation[],
  grant: Grant,
  now: Date,
): DelegationEvent {
  const { id, from, ownGroups, to, endsAt, comment } = grant;
  const { groups = ownGroups, startsAt = now } = grant;
  if (to === from) throw new Refused('self-delegation', 'Nobody stands in for themselves.');
  refuseForeign(groups, ownGroups);
  refusePeriod({ startsAt, endsAt }, now);
  refuseSecond(delegations, { from, to, startsAt, endsAt }, now);
  return {
    type: 'DelegationGranted',
    data: {
      id,
      from,
      to,
      groups: [...new Set(groups)],
      startsAt: startsAt.toISOString(),
      endsAt: endsAt.toISOString(),
      comment,
      at: now.toISOString(),
    },
  };
}

function refuseForeign(groups: readonly string[], own: readonly string[]): void {
  const foreign = groups.filter((group) => !own.includes(group));
  if (foreign.length === 0) return;
  throw new Refused('not-own-group', `Only own groups are delegated, not ${foreign.join(', ')}.`);
}

interface Period {
  readonly startsAt: Date;
  readonly endsAt: Date;
}

function refusePeriod({ startsAt, endsAt }: Period, now: Date): void {
  const [from, to] = [startsAt.getTime(), endsAt.getTime()];
  const refuse = (why: string) => new Refused('invalid-delegation-period', why);
  if (to <= from) throw refuse('It ends before it begins.');
  if (from < now.getTime() - SKEW) throw refuse('It begins in the past.');
  if (from > now.getTime() + MAX_AHEAD * DAY) {
    throw refuse(`It begins more than ${MAX_AHEAD} days from now.`);
  }
  if (to - from > MAX_DAYS * DAY) throw refuse(`It lasts longer than ${MAX_DAYS} days.`);
}

function refuseSecond(
  delegations: readonly Delegation[],
  { from, to, startsAt, endsAt }: Period & { readonly from: string; readonly to: string },
  now: Date,
): void {
  const other = delegations.find(
    (known) =>
      known.from === from &&
      known.to === to &&
      !isOver(known, now) &&
      Date.parse(known.startsAt) < endsAt.getTime() &&
      Date.parse(known.endsAt) > startsAt.getTime(),
  );
  if (!other) return;
  throw new Refused(
    'delegation-exists',
    `${to} stands in for ${from} in that time already, by ${other.id}; revoke that first.`,
  );
}
