import type { NewEvent, StoredEvent } from '../event-store/event-store.js';
import { jsonEvent } from '../event-store/json-event.js';
import { UnreadableEvent } from '../governed-request/governed-request.codec.js';
import { eventMetadata, type EventMetadata } from '../governed-request/governed-request.events.js';
import {
  delegationEventSchemas,
  type DelegationEvent,
  type DelegationEventType,
} from './delegation.events.js';

/** EventStoreDB's category of delegations. */
export const DELEGATION_PREFIX = 'delegation-';

/** The one stream that holds them all. */
export const REGISTER_STREAM = `${DELEGATION_PREFIX}register`;

export const encodeDelegation = (
  { type, data }: DelegationEvent,
  id: string,
  metadata: EventMetadata,
): NewEvent => jsonEvent(id, type, data, metadata);

/** Parses a stored event of the register; throws `UnreadableEvent` on an unknown type or shape. */
export function decodeDelegation(stored: StoredEvent): DelegationEvent {
  if (!isDelegationEventType(stored.type)) throw new UnreadableEvent(stored, 'its type is unknown');
  const { type } = stored;
  try {
    eventMetadata.parse(JSON.parse(stored.metadata));
    const data = delegationEventSchemas[type].parse(JSON.parse(stored.data));
    return { type, data } as DelegationEvent;
  } catch (error) {
    throw new UnreadableEvent(stored, 'it does not fit its schema', { cause: error });
  }
}

const isDelegationEventType = (type: string): type is DelegationEventType =>
  Object.hasOwn(delegationEventSchemas, type);
