import { randomUUID } from 'node:crypto';
import type { NewEvent, StoredEvent } from '../event-store/event-store.js';
import { jsonEvent } from '../event-store/json-event.js';
import { UnreadableEvent } from '../governed-request/governed-request.codec.js';
import type { Principal } from '../identity/principal.js';
import {
  accessEventSchemas,
  accessMetadata,
  type AccessEvent,
  type AccessEventType,
  type AccessMetadata,
} from './access-log.events.js';

/** EventStoreDB's category of the access log. */
export const ACCESS_PREFIX = 'access-';

/** What one call did, before it is stored. */
export interface AccessRecord {
  /** Null where the caller could not be told. */
  readonly caller: Principal | null;
  readonly event: AccessEvent;
  readonly correlationId: string;
  readonly callId: string;
}

/** The stream of the day, in UTC, of a time or date such as `2026-11-22`. */
export const accessStreamOf = (at: string): string => `${ACCESS_PREFIX}${at.slice(0, 10)}`;

export function encodeAccess({ event, caller, correlationId, callId }: AccessRecord): NewEvent {
  const { type, data } = event;
  const metadata: AccessMetadata = {
    $correlationId: correlationId,
    $causationId: callId,
    actor: caller?.id ?? null,
    actorKind: caller?.kind ?? null,
    roles: caller?.roles ?? [],
    groups: caller?.groups ?? [],
    credential: caller?.credential ?? null,
    recordedAt: data.at,
    schemaVersion: 1,
  };
  return jsonEvent(randomUUID(), type, data, metadata);
}

/** A record as it is stored. */
export interface StoredAccess {
  readonly event: AccessEvent;
  readonly metadata: AccessMetadata;
}

/** Parses a stored event of the access log; throws `UnreadableEvent` on an unknown type or shape. */
export function decodeAccess(stored: StoredEvent): StoredAccess {
  if (!isAccessEventType(stored.type)) throw new UnreadableEvent(stored, 'its type is unknown');
  try {
    const { type } = stored;
    const data = accessEventSchemas[type].parse(JSON.parse(stored.data));
    const metadata = accessMetadata.parse(JSON.parse(stored.metadata));
    return { event: { type, data } as AccessEvent, metadata };
  } catch (error) {
    throw new UnreadableEvent(stored, 'it does not fit', { cause: error });
  }
}

const isAccessEventType = (type: string): type is AccessEventType =>
  Object.hasOwn(accessEventSchemas, type);
