import { z } from 'zod';

/**
 * The events of the stream `delegation-register`, which holds the delegations of everybody: whether one may be granted, and
 * whether one is in force, is decided on all of them at once. Their metadata are those of a request's events.
 */

const time = z.iso.datetime({ precision: 3 });
const identity = z.string().min(1);

/** An approver names somebody who decides in their place for a while. */
const delegationGranted = z.strictObject({
  id: z.uuid(),
  from: identity,
  to: identity,
  /** Of the approver's own groups, those that the stand-in decides with. */
  groups: z.array(z.string()),
  startsAt: time,
  /** From then on it is over. */
  endsAt: time,
  comment: z.string().nullable(),
  at: time,
});

/** It is over from now on: by who granted it, or by an administrator. */
const delegationRevoked = z.strictObject({ id: z.uuid(), by: identity, at: time });

/** The data schema of every event type. */
export const delegationEventSchemas = {
  DelegationGranted: delegationGranted,
  DelegationRevoked: delegationRevoked,
} as const;

export type DelegationEventType = keyof typeof delegationEventSchemas;

export type DelegationEventData<T extends DelegationEventType> = Readonly<
  z.infer<(typeof delegationEventSchemas)[T]>
>;

/** A fact about one delegation. */
export type DelegationEvent = {
  [T in DelegationEventType]: { readonly type: T; readonly data: DelegationEventData<T> };
}[DelegationEventType];
