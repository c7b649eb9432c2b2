import type { EventStore } from '../../src/event-store/event-store.js';
import {
  openEventStoreDb,
  type EventStoreDbOptions,
} from '../../src/event-store/eventstoredb/eventstoredb-event-store.js';

/** Opens a store at a server; rejects when the server does not answer. */
export type OpenStore = (
  connectionString: string,
  options: EventStoreDbOptions,
) => Promise<EventStore>;

/** The adapter that all of this is about. */
export const openStore: OpenStore = openEventStoreDb;
