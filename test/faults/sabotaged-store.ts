import { EventStoreError, VersionConflict } from '../../src/event-store/event-store.errors.js';
import { NO_STREAM, type EventStore, type StoredEvent } from '../../src/event-store/event-store.js';
import { passingOn } from '../support/passing-on.js';
import { newEvent } from './writer.js';

/** A store that works, but for one thing; `drops` says how often its subscriptions were dropped so far. */
export type Sabotage = (store: EventStore, drops: () => number) => Partial<EventStore>;

type Subscribe = EventStore['subscribe'];
type Batch = readonly StoredEvent[];

/** Every way to break the promises of an event store that a checker is worth nothing without finding. */
export const sabotages = {
  'leaves an event out of a subscription': (store) => ({
    subscribe: changingBatches(store, (batch, seen) => (seen === 2 ? batch.slice(1) : batch)),
  }),
  'hands the last event over again behind a drop': (store, drops) => ({
    subscribe: repeatingAfterDrops(store, drops),
  }),
  'loses an event at the seam of a drop': (store, drops) => ({
    subscribe: losingAfterDrops(store, drops),
  }),
  'swaps two events of a batch': (store) => ({
    subscribe: changingBatches(store, (batch) => batch.toReversed()),
  }),
  'changes the text of an event on its way to a subscriber': (store) => ({
    subscribe: changingBatches(store, (batch) => batch.map((event) => ({ ...event, data: '{}' }))),
  }),
  'ends a subscription at a drop': (store, drops) => ({
    subscribe: endingAfterDrops(store, drops),
  }),
  'tries again with new ids': (store) => ({
    append: (stream, expectedVersion, events) =>
      store.append(stream, expectedVersion, events).catch(async (error: unknown) => {
        if (!isUnknown(error)) throw error;
        const version = (await store.readStream(stream)).at(-1)?.version ?? NO_STREAM;
        return store.append(
          stream,
          version,
          events.map(() => newEvent(5)),
        );
      }),
  }),
  'acknowledges what it does not know': (store) => ({
    append: (stream, expectedVersion, events) =>
      store.append(stream, expectedVersion, events).catch((error: unknown) => {
        if (!isUnknown(error)) throw error;
        return { version: expectedVersion + events.length, position: 0n };
      }),
  }),
  'says that nothing was written where it does not know': (store) => ({
    append: (stream, expectedVersion, events) =>
      store.append(stream, expectedVersion, events).catch((error: unknown) => {
        throw isUnknown(error) ? new EventStoreError('unavailable', 'Try again.') : error;
      }),
  }),
  'writes an append in two parts': (store) => ({
    append: async (stream, expectedVersion, events) => {
      const first = await store.append(stream, expectedVersion, events.slice(0, 1));
      return events.length === 1 ? first : store.append(stream, first.version, events.slice(1));
    },
  }),
  'names the expected version as the actual one': (store) => ({
    append: (stream, expectedVersion, events) =>
      store.append(stream, expectedVersion, events).catch((error: unknown) => {
        if (!(error instanceof VersionConflict)) throw error;
        throw new VersionConflict(stream, expectedVersion, expectedVersion);
      }),
  }),
  'never answers an append whose outcome it does not know': (store) => ({
    append: (stream, expectedVersion, events) =>
      store
        .append(stream, expectedVersion, events)
        .catch((error: unknown) =>
          isUnknown(error) ? new Promise(() => {}) : Promise.reject(error),
        ),
  }),
  'shows a stream without its last event': (store) => ({
    readStream: async (stream) => (await store.readStream(stream)).slice(0, -1),
  }),
  'shows the log with a gap': (store) => ({
    readAll: async (after, limit) =>
      (await store.readAll(after, limit)).filter(({ version }) => version !== 2),
  }),
  'takes an older event for the head': (store) => ({
    head: async () => (await store.readAll(null, 1))[0]?.position ?? null,
  }),
} as const satisfies Readonly<Record<string, Sabotage>>;

/** A store that does what `sabotage` does, and otherwise what it should. */
export const sabotagedStore = (
  store: EventStore,
  sabotage: Sabotage,
  drops: () => number,
): EventStore => ({
  ...passingOn(store),
  ...sabotage(store, drops),
});

const isUnknown = (error: unknown): boolean =>
  error instanceof EventStoreError && error.code === 'outcome-unknown';

/** `seen` counts the batches. */
const changingBatches = (
  store: EventStore,
  change: (batch: Batch, seen: number) => Batch,
): Subscribe =>
  async function* (after, signal) {
    let seen = 0;
    for await (const batch of store.subscribe(after, signal)) {
      seen += 1;
      const changed = change(batch, seen);
      if (changed.length > 0) yield changed;
    }
  };

const repeatingAfterDrops = (store: EventStore, drops: () => number): Subscribe =>
  async function* (after, signal) {
    let known = drops();
    let last: Batch = [];
    for await (const batch of store.subscribe(after, signal)) {
      yield drops() === known ? batch : [...last, ...batch];
      known = drops();
      last = batch.slice(-1);
    }
  };

const losingAfterDrops = (store: EventStore, drops: () => number): Subscribe =>
  async function* (after, signal) {
    let known = drops();
    for await (const batch of store.subscribe(after, signal)) {
      const rest = drops() === known ? batch : batch.slice(1);
      known = drops();
      if (rest.length > 0) yield rest;
    }
  };

const endingAfterDrops = (store: EventStore, drops: () => number): Subscribe =>
  async function* (after, signal) {
    const known = drops();
    for await (const batch of store.subscribe(after, signal)) {
      if (drops() > known) return;
      yield batch;
    }
  };
