import type { DelegationEvent, DelegationEventData } from './delegation.events.js';

/** What an approver let somebody do in their place. */
export interface Delegation extends Omit<DelegationEventData<'DelegationGranted'>, 'at'> {
  readonly grantedAt: string;
  readonly revoked: { readonly by: string; readonly at: string } | null;
}

/** Events that do not follow from each other: somebody else wrote to the register. */
export class CorruptRegister extends Error {
  override readonly name = 'CorruptRegister';
}

/** What a delegation is after one more event; `undefined` is one that does not exist. */
export function evolve(delegation: Delegation | undefined, event: DelegationEvent): Delegation {
  switch (event.type) {
    case 'DelegationGranted': {
      const { at: grantedAt, ...data } = event.data;
      return { ...data, grantedAt, revoked: null };
    }
    case 'DelegationRevoked': {
      const { by, at } = event.data;
      if (!delegation) throw new CorruptRegister('What was not granted cannot be revoked.');
      return { ...delegation, revoked: { by, at } };
    }
  }
}

/** Whether the stand-in decides with it at this time. */
export const isInForce = (delegation: Delegation, now: Date): boolean =>
  !isOver(delegation, now) && Date.parse(delegation.startsAt) <= now.getTime();

/** Whether it can no longer come into force. */
export const isOver = ({ revoked, endsAt }: Delegation, now: Date): boolean =>
  revoked !== null || Date.parse(endsAt) <= now.getTime();
