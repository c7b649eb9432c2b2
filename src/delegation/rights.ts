import type { Right } from '../governed-request/decide-approval/right.js';
import { isInForce, type Delegation } from './delegation.js';

/** The rights that others gave this person for now, those that were given first before the others. */
export const delegatedRights = (
  delegations: readonly Delegation[],
  standIn: string,
  now: Date,
): readonly (Right & { readonly standsInFor: string })[] =>
  delegations
    .filter((delegation) => delegation.to === standIn && isInForce(delegation, now))
    .map(({ from, groups, endsAt }) => ({ standsInFor: from, groups, endsAt }));
