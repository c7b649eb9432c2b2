import type { EventStoreError } from '../../src/event-store/event-store.errors.js';
import type { EventStore, StoredEvent } from '../../src/event-store/event-store.js';

/** A store that tells what is read of it, and fails when it is told to. */
export interface WatchedStore extends EventStore {
  /** Characters of all events that were read or came by a subscription. */
  readonly read: number;
  readonly reads: number;
  /** Subscriptions that somebody reads. */
  readonly subscriptions: number;
  /** Fails the next reads, and every subscription there is. */
  fail(failure: EventStoreError, reads: number): void;
}

export function watchStore(store: EventStore): WatchedStore {
  let [read, reads, subscriptions] = [0, 0, 0];
  let failures: EventStoreError[] = [];
  let failing = pending();

  const seen = (events: readonly StoredEvent[]) => {
    for (const { data, metadata } of events) read += data.length + metadata.length;
    return events;
  };
  const reading = async (look: () => Promise<readonly StoredEvent[]>) => {
    reads += 1;
    const failure = failures.pop();
    if (failure) throw failure;
    return seen(await look());
  };

  return {
    get read() {
      return read;
    },
    get reads() {
      return reads;
    },
    get subscriptions() {
      return subscriptions;
    },
    fail(failure, count) {
      failures = Array.from({ length: count }, () => failure);
      failing.reject(failure);
      failing = pending();
    },
    append: (...args) => store.append(...args),
    readStream: (stream) => reading(() => store.readStream(stream)),
    readStreamPage: (stream, after, limit) =>
      reading(() => store.readStreamPage(stream, after, limit)),
    readAll: (after, limit) => reading(() => store.readAll(after, limit)),
    async *subscribe(after, signal) {
      subscriptions += 1;
      const batches = store.subscribe(after, signal)[Symbol.asyncIterator]();
      const failed = failing.promise;
      try {
        for (;;) {
          const { done, value } = await Promise.race([batches.next(), failed]);
          if (done) return;
          yield seen(value);
        }
      } finally {
        subscriptions -= 1;
      }
    },
    head: () => store.head(),
    close: () => store.close(),
  };
}

/** A failure to come, which may find nobody waiting. */
function pending(): PromiseWithResolvers<never> {
  const failing = Promise.withResolvers<never>();
  failing.promise.catch(() => undefined);
  return failing;
}
