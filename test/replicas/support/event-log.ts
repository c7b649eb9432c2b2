import type { EventStore, Position, StoredEvent } from '../../../src/event-store/event-store.js';
import { openEventStoreDb } from '../../../src/event-store/eventstoredb/eventstoredb-event-store.js';
import { decode, streamOf } from '../../../src/governed-request/governed-request.codec.js';
import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import { ScriptedEventStoreDb } from '../../support/eventstoredb/scripted-server.js';

/** A real server to run the stories on, which no other Docket may use meanwhile; empty: the scripted one. */
export const REAL_SERVER = process.env['DOCKET_TEST_EVENTSTOREDB'] ?? '';

/** The events of requests, oldest first, by the requests' ids. */
export type Streams = ReadonlyMap<string, readonly RecordedEvent[]>;

/** The log that the replicas share, as a reader of its own sees it: none of the replicas is asked. */
export interface EventLog {
  readonly connectionString: string;
  /** The events of a request, oldest first. */
  eventsOf(requestId: string): Promise<readonly RecordedEvent[]>;
  /** The events of every request that was classified by the policy of this name, by its id. */
  streamsUnder(policy: string): Promise<Streams>;
  /** Position of its last event. */
  head(): Promise<Position>;
  close(): Promise<void>;
}

/** Opens a log: a scripted server's own, or the one of the real server. */
export async function openEventLog(): Promise<EventLog> {
  const server = REAL_SERVER === '' ? await ScriptedEventStoreDb.start() : null;
  const connectionString = server?.connectionString ?? REAL_SERVER;
  const store = await openEventStoreDb(connectionString);
  const read = readOnBehind(store, await store.head());
  return {
    connectionString,
    eventsOf: async (id) => (await store.readStream(streamOf(id))).map(decode),
    streamsUnder: async (policy) => decoded(await read(), policy),
    async head() {
      const position = await store.head();
      if (position === null) throw new Error('Nothing was recorded.');
      return position;
    },
    async close() {
      await store.close();
      await server?.close();
    },
  };
}

/** Reads what was added since the last time; resolves to all of it. */
function readOnBehind(store: EventStore, begin: Position | null) {
  const events: StoredEvent[] = [];
  return async (): Promise<readonly StoredEvent[]> => {
    for (;;) {
      const page = await store.readAll(events.at(-1)?.position ?? begin, 500);
      if (page.length === 0) return events;
      events.push(...page);
    }
  };
}

/** What others wrote to the log is left alone: it need not be readable. */
function decoded(events: readonly StoredEvent[], policy: string): Streams {
  const named = JSON.stringify({ name: policy }).slice(1, -1);
  const isOurs = ({ type, data }: StoredEvent) => type === 'Classified' && data.includes(named);
  const streams = new Map<string, RecordedEvent[]>();
  const names = new Set(events.filter(isOurs).map(({ stream }) => stream));
  for (const event of events.filter(({ stream }) => names.has(stream)).map(decodeOnce)) {
    const stream = streams.get(event.requestId);
    if (stream) stream.push(event);
    else streams.set(event.requestId, [event]);
  }
  return streams;
}

const decodedBefore = new WeakMap<StoredEvent, RecordedEvent>();

/** Whoever waits for an outcome reads the same events again and again. */
function decodeOnce(stored: StoredEvent): RecordedEvent {
  const event = decodedBefore.get(stored) ?? decode(stored);
  decodedBefore.set(stored, event);
  return event;
}
