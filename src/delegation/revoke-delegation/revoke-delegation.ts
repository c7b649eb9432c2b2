import { Refused } from '../../governed-request/refused.js';
import type { DelegationEvent } from '../delegation.events.js';
import { isOver, type Delegation } from '../delegation.js';

export interface Revocation {
  readonly id: string;
  readonly by: string;
  /** Whether they may revoke what somebody else granted. */
  readonly ofAnybody: boolean;
}

/** Who granted a delegation takes it back; to anybody else but an administrator it does not exist. */
export function revokeDelegation(
  delegations: readonly Delegation[],
  { id, by, ofAnybody }: Revocation,
  now: Date,
): DelegationEvent {
  const delegation = delegations.find((known) => known.id === id);
  if (!delegation || (delegation.from !== by && !ofAnybody)) {
    throw new Refused('delegation-not-found', 'There is no such delegation.');
  }
  if (isOver(delegation, now)) {
    throw new Refused('delegation-over', 'The delegation is over already.');
  }
  return { type: 'DelegationRevoked', data: { id, by, at: now.toISOString() } };
}
