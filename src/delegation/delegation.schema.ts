import { z } from 'zod';
import { time } from '../http/query.js';
import { comment, someName } from '../governed-request/decide-approval/decide-approval.schema.js';
import { delegationEventSchemas } from './delegation.events.js';
import { isInForce, isOver, type Delegation } from './delegation.js';

/** Who stands in, with what and for how long. */
export const delegationBody = z
  .strictObject({
    to: someName,
    /** Of the caller's own groups; absent: all of them. */
    groups: z.array(someName).max(200).optional(),
    /** absent: now. */
    startsAt: time.optional(),
    endsAt: time,
    comment: comment.optional(),
  })
  .meta({ id: 'DelegationBody' });
export type DelegationBody = z.infer<typeof delegationBody>;

const { at: grantedAt, ...granted } = delegationEventSchemas.DelegationGranted.shape;
const { by, at } = delegationEventSchemas.DelegationRevoked.shape;

/** A delegation as the REST API answers it. */
export const shownDelegation = z
  .strictObject({
    ...granted,
    grantedAt,
    revoked: z.strictObject({ by, at }).nullable(),
    /** `ahead`: not begun; `over`: revoked or past its end. */
    state: z.enum(['ahead', 'in-force', 'over']),
  })
  .meta({ id: 'Delegation' });
export type ShownDelegation = Readonly<z.infer<typeof shownDelegation>>;

/** The delegation, and what it is at this time. */
export function showDelegation(delegation: Delegation, now: Date): ShownDelegation {
  if (isOver(delegation, now)) return { ...delegation, state: 'over' };
  return { ...delegation, state: isInForce(delegation, now) ? 'in-force' : 'ahead' };
}

/** The id of a delegation, as it stands in an address. */
export const delegationId = z
  .uuid('expected the id of a delegation')
  .transform((id) => id.toLowerCase());
