import { z } from 'zod';
import type { StoredEvent } from '../../event-store/event-store.js';

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
    correlationId: nullableText,
    causationId: nullableText,
    data: z.json(),
  })
  .meta({ id: 'Event' });
export type LoggedEvent = z.infer<typeof loggedEvent>;

const text = nullableText.catch(null).default(null);
const metadata = z
  .object({ recordedAt: text, actor: text, $correlationId: text, $causationId: text })
  .catch({ recordedAt: null, actor: null, $correlationId: null, $causationId: null });

/** The event as the REST API answers it. */
export function loggedEventOf({ data, metadata: stored, ...event }: StoredEvent): LoggedEvent {
  const { recordedAt, actor, $correlationId, $causationId } = metadata.parse(JSON.parse(stored));
  return {
    id: event.id,
    type: event.type,
    stream: event.stream,
    version: event.version,
    position: String(event.position),
    recordedAt,
    actor,
    correlationId: $correlationId,
    causationId: $causationId,
    data: z.json().parse(JSON.parse(data)),
  };
}
