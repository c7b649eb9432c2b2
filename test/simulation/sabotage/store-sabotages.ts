import { VersionConflict } from '../../../src/event-store/event-store.errors.js';
import type { EventStore, StoredEvent } from '../../../src/event-store/event-store.js';
import type { Sabotage } from './sabotage.js';

/** A store that works, but for what stands in `instead`. */
const but = (store: EventStore, instead: Partial<EventStore>): EventStore => ({
  append: (...args) => store.append(...args),
  readStream: (...args) => store.readStream(...args),
  readStreamPage: (...args) => store.readStreamPage(...args),
  readAll: (...args) => store.readAll(...args),
  subscribe: (...args) => store.subscribe(...args),
  head: () => store.head(),
  close: () => store.close(),
  ...instead,
});

/** Appends wherever the stream stands. */
export const withoutVersionCheck: Sabotage = {
  store: (store) =>
    but(store, {
      append: (stream, version, events) =>
        store.append(stream, version, events).catch((error: unknown) => {
          if (!(error instanceof VersionConflict)) throw error;
          return store.append(stream, error.actualVersion, events);
        }),
    }),
};

/** Says that events are stored which are still on their way. */
export const answersBeforeItStores: Sabotage = {
  store: (store, { log }) =>
    but(store, {
      append: (stream, version, events) => {
        store.append(stream, version, events).catch(() => {});
        const position = BigInt(log.events.length + events.length) * 10n;
        return Promise.resolve({ version: version + events.length, position });
      },
    }),
};

/** Keeps what it stored last in memory only. */
export const losesItsLastEvent: Sabotage = {
  store(store, { process, log }) {
    process.onDeath(() => log.events.pop());
    return store;
  },
};

/** Takes the words of a request out of the log once it is carried out. */
export const changesStoredEvents: Sabotage = {
  store: (store, { log }) =>
    but(store, {
      append: async (stream, version, events) => {
        const appended = await store.append(stream, version, events);
        if (events.some(({ type }) => type === 'Executed')) {
          const at = log.events.findIndex((event) => event.stream === stream);
          log.events[at] = { ...log.events[at]!, data: '{}' };
        }
        return appended;
      },
    }),
};

/** Waits for ever where another writer came first. */
export const hangsOnConflicts: Sabotage = {
  store: (store) =>
    but(store, {
      append: (...args) =>
        store.append(...args).catch((error: unknown) => {
          if (!(error instanceof VersionConflict)) throw error;
          return new Promise(() => {});
        }),
    }),
};

/** Breaks down where another writer came first. */
export const stumblesOverConflicts: Sabotage = {
  store: (store) =>
    but(store, {
      append: (...args) =>
        store.append(...args).catch((error: unknown) => {
          throw error instanceof VersionConflict ? new TypeError('stream is undefined') : error;
        }),
    }),
};

/** Does not tell the views of answers. */
export const leavesAnswersOutOfViews: Sabotage = {
  views: 'embedded',
  store: (store) =>
    but(store, { subscribe: (...args) => withoutAnswers(store.subscribe(...args)) }),
};

async function* withoutAnswers(
  batches: AsyncIterable<readonly StoredEvent[]>,
): AsyncGenerator<readonly StoredEvent[], void> {
  for await (const batch of batches) {
    const told = batch.filter(({ type }) => type !== 'Executed');
    if (told.length > 0) yield told;
  }
}
