import { z } from 'zod';
import { principalKind } from '../identity/principal.js';
import { ACTION_NAMES } from './actions.js';

/**
 * The events of the streams `access-<yyyy-mm-dd>`, one stream a day in UTC: who read what, and what was refused. They
 * hold no content, no key and no token. Several replicas write to the same stream, so that its order is only nearly
 * that of the times.
 */

const time = z.iso.datetime({ precision: 3 });
const identity = z.string().min(1);
const position = z.string().regex(/^\d+$/);
const actionName = z.enum(ACTION_NAMES);

/** The most request ids that one event names: a page of a list has no more. */
const MAX_REQUESTS = 500;
const requestIds = z.array(z.uuid()).max(MAX_REQUESTS);

/** Somebody was shown something. */
const accessGranted = z.strictObject({
  /** What the call did; see the guide on auditing the auditors. */
  action: actionName,
  method: z.string(),
  /** The address without its values, as in `/v1/requests/:id`. */
  route: z.string(),
  /** What was asked for in the address, such as the filter of a list; long names and values are cut, and many. */
  query: z.record(z.string(), z.string()),
  /** `whole`: one answer. Streams and exports have two events: `begun`, and `ended` with what was sent until then. */
  part: z.enum(['whole', 'begun', 'ended']),
  /** Ids of the requests that were shown, where they were shown one by one; otherwise `positions` or `query` tells. */
  requests: requestIds,
  /** How many requests, events or rows were shown. */
  items: z.int().nonnegative(),
  /** Of the first and the last event that were shown. */
  positions: z.strictObject({ first: position, last: position }).nullable(),
  /** Whether it was shown with what people and agents wrote. */
  withContent: z.boolean(),
  /** HTTP status. */
  status: z.int(),
  at: time,
});

/** Somebody was not shown what they asked for, or did not do what they tried to. */
const accessRefused = z.strictObject({
  /** What the call was to do. */
  action: actionName,
  method: z.string(),
  /** The address without its values, as in `/v1/requests/:id`. */
  route: z.string(),
  /** The id of the request it was about, if the address names one. */
  requests: requestIds,
  /** HTTP status. */
  status: z.int(),
  /** The problem's code. */
  code: z.string(),
  /** How many of the very same refusals came so close together that they are one event. */
  times: z.int().positive(),
  /**
   * Where a caller called from who could not be told: the other end of the connection. Null for everybody else, for a
   * connection that is gone, and where so many addresses were refused that they are counted together.
   */
  address: z.string().nullable(),
  /** Of the first of them. */
  at: time,
});

/** The data schema of every event type. */
export const accessEventSchemas = {
  AccessGranted: accessGranted,
  AccessRefused: accessRefused,
} as const;

export type AccessEventType = keyof typeof accessEventSchemas;

export type AccessEventData<T extends AccessEventType> = Readonly<
  z.infer<(typeof accessEventSchemas)[T]>
>;

/** A fact of the access log. */
export type AccessEvent = {
  [T in AccessEventType]: { readonly type: T; readonly data: AccessEventData<T> };
}[AccessEventType];

/** With every event of the access log. */
export const accessMetadata = z.strictObject({
  /** What the caller called the matter in `X-Correlation-Id`; otherwise the same as `$causationId`. */
  $correlationId: z.string(),
  /** One for each call: both events of a stream have the same. */
  $causationId: z.string(),
  /** Who called; null, and with it the rest, where no valid credential came with the call. */
  actor: identity.nullable(),
  actorKind: principalKind.nullable(),
  roles: z.array(z.string()).readonly(),
  groups: z.array(z.string()).readonly(),
  /** How they proved who they are, without any secret: `key:<id of the key>` or `oidc:<host of the issuer>`. */
  credential: z.string().nullable(),
  recordedAt: time,
  schemaVersion: z.literal(1, 'it is written by another version of Docket'),
});
export type AccessMetadata = Readonly<z.infer<typeof accessMetadata>>;
