import { z } from 'zod';
import type { StoredEvent } from '../../event-store/event-store.js';
import { actorKind } from '../../governed-request/governed-request.events.js';

const nullableText = z.string().nullable();

/** An event as auditors read it: what is stored, whether this version of Docket knows its type or not. */
export const loggedEvent = z
  .strictObject({
    id: z.string(),
    type: z.string(),
    stream: z.string(),
    version: z.int(),
    position: z.string(),
    recordedAt: nullableText,
    actor: nullableText,
    /** Who the actor is: a person, a program, or Docket itself; null where the event does not say. */
    actorKind: actorKind.nullable(),
    /** What the actor might do then. */
    roles: z.array(z.string()),
    groups: z.array(z.string()),
    /** How the actor proved who they are: `key:<id of the key>` or `oidc:<host of the issuer>`. */
    credential: nullableText,
    correlationId: nullableText,
    causationId: nullableText,
    data: z.json(),
  })
  .meta({ id: 'Event' });
export type LoggedEvent = z.infer<typeof loggedEvent>;

const text = nullableText.catch(null).default(null);
const texts = z.array(z.string()).catch([]).default([]);
const metadata = z.object({
  recordedAt: text,
  actor: text,
  actorKind: actorKind.nullable().catch(null).default(null),
  roles: texts,
  groups: texts,
  credential: text,
  $correlationId: text,
  $causationId: text,
});
const UNKNOWN = metadata.parse({});

/** The event as the REST API answers it. */
export function loggedEventOf({ data, metadata: stored, ...event }: StoredEvent): LoggedEvent {
  const { $correlationId, $causationId, ...who } =
    metadata.safeParse(JSON.parse(stored)).data ?? UNKNOWN;
  return {
    id: event.id,
    type: event.type,
    stream: event.stream,
    version: event.version,
    position: String(event.position),
    ...who,
    correlationId: $correlationId,
    causationId: $causationId,
    data: z.json().parse(JSON.parse(data)),
  };
}
