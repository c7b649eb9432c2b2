import { z } from 'zod';
import type { NewEvent, StoredEvent } from '../event-store/event-store.js';
import { jsonEvent } from '../event-store/json-event.js';
import {
  eventMetadata,
  eventSchemas,
  type EventMetadata,
  type EventType,
  type GovernedRequestEvent,
} from './governed-request.events.js';
import type { RecordedEvent } from './recorded-event.js';

/** EventStoreDB's category of governed requests: everything before the first dash. */
export const STREAM_PREFIX = 'governedRequest-';

/** The stream of one governed request. */
export const streamOf = (requestId: string): string => `${STREAM_PREFIX}${requestId}`;

/** A stored event that this version of Docket cannot read; it is never skipped in silence. */
export class UnreadableEvent extends Error {
  override readonly name = 'UnreadableEvent';

  constructor(
    readonly event: Pick<StoredEvent, 'id' | 'type' | 'stream' | 'version' | 'position'>,
    why: string,
    options?: ErrorOptions,
  ) {
    super(
      `Event ${event.id} (${event.type}, ${event.stream}@${event.version}, position ${event.position}) cannot be read: ${why}`,
      options,
    );
  }
}

export const encode = (
  { type, data }: GovernedRequestEvent,
  id: string,
  metadata: EventMetadata,
): NewEvent => jsonEvent(id, type, data, metadata);

/** Parses a stored event; throws `UnreadableEvent` on an unknown type, shape or schema version. */
export function decode(stored: StoredEvent): RecordedEvent {
  if (!isEventType(stored.type)) throw new UnreadableEvent(stored, 'its type is unknown');
  const { id, stream, version, position } = stored;
  try {
    // First, since another schema version explains any other shape.
    const metadata = eventMetadata.parse(JSON.parse(stored.metadata));
    return {
      id,
      stream,
      requestId: stream.slice(STREAM_PREFIX.length),
      version,
      position,
      type: stored.type,
      data: eventSchemas[stored.type].parse(JSON.parse(stored.data)),
      metadata,
    } as RecordedEvent;
  } catch (error) {
    throw new UnreadableEvent(stored, whyUnreadable(error));
  }
}

/** Names places, never what stands there: it goes into logs. */
const whyUnreadable = (error: unknown): string =>
  error instanceof z.ZodError
    ? error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
    : 'its bytes are no JSON';

const isEventType = (type: string): type is EventType => Object.hasOwn(eventSchemas, type);
