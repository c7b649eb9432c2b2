import type { EventStore } from '../../src/event-store/event-store.js';

/** Does nothing but ask the store, whatever that is made of; what is to be different is put over it. */
export const passingOn = (store: EventStore): EventStore => ({
  append: (stream, expectedVersion, events) => store.append(stream, expectedVersion, events),
  readStream: (stream) => store.readStream(stream),
  readStreamPage: (stream, after, limit) => store.readStreamPage(stream, after, limit),
  readAll: (after, limit) => store.readAll(after, limit),
  subscribe: (after, signal) => store.subscribe(after, signal),
  head: () => store.head(),
  close: () => store.close(),
});
