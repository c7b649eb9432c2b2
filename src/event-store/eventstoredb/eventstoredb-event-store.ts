import { EventStoreError } from '../event-store.errors.js';
import type { Appended, EventStore, NewEvent, Position, StoredEvent } from '../event-store.js';
import { validateAppend, validateLimit, validateStream } from '../validate-append.js';
import { CallSlots } from './call-slots.js';
import { followAcrossDrops, type SubscriptionDrop } from './catch-up-subscription.js';
import { parseConnectionString } from './connection-string.js';
import { EventStoreDbDriver } from './driver.js';
import { appendUntilKnown, readUntilAnswered } from './retry.js';
import { proposeEvent } from './stored-json.js';
import { unknownPosition, WholeLog } from './whole-log.js';

export interface EventStoreDbOptions {
  /** Only streams whose names begin so are seen in the whole log; default `governedRequest-`. */
  readonly streamPrefixes?: readonly string[];
  /** How long one try of a call may take; default 5 s. */
  readonly callMilliseconds?: number;
  /** How long a call waits for its turn, and how long a failed one is tried again, unchanged; default 15 s. */
  readonly retryMilliseconds?: number;
  /** How long `openEventStoreDb` waits for the server; default 10 s. */
  readonly openMilliseconds?: number;
  /** Told of each drop of a subscription, which then resumes by itself. */
  readonly onDrop?: (drop: SubscriptionDrop) => void;
}

/** Well below the 100 calls that a server lets run at once on a connection; subscriptions need theirs too. */
const MAX_CONCURRENT_CALLS = 48;

/**
 * Opens an event store on EventStoreDB and checks that it answers and lets its user read the whole log; throws
 * `invalid` for a connection string that cannot work, `unavailable` when nothing answers in time, `denied`.
 */
export async function openEventStoreDb(
  connectionString: string,
  options: EventStoreDbOptions = {},
): Promise<EventStore> {
  const address = parseConnectionString(connectionString);
  const { callMilliseconds = 5_000, openMilliseconds = 10_000 } = options;
  const driver = new EventStoreDbDriver(address, callMilliseconds);
  try {
    await readUntilAnswered(() => driver.readBackwards(null, 1), {}, openMilliseconds);
  } catch (error) {
    driver.dispose();
    throw namingHosts(error, address.hosts);
  }
  return new EventStoreDbEventStore(driver, options);
}

class EventStoreDbEventStore implements EventStore {
  readonly #closing = new AbortController();
  readonly #appends = new Set<Promise<Appended>>();
  readonly #slots: CallSlots;
  readonly #streamPrefixes: readonly string[];
  readonly #retryMilliseconds: number;
  readonly #onDrop: (drop: SubscriptionDrop) => void;
  readonly #wholeLog: WholeLog;

  constructor(
    private readonly driver: EventStoreDbDriver,
    options: EventStoreDbOptions,
  ) {
    this.#streamPrefixes = options.streamPrefixes ?? ['governedRequest-'];
    this.#retryMilliseconds = options.retryMilliseconds ?? 15_000;
    this.#slots = new CallSlots(MAX_CONCURRENT_CALLS, this.#retryMilliseconds);
    this.#onDrop = options.onDrop ?? (() => {});
    this.#wholeLog = new WholeLog(
      {
        readForwards: (from, count) =>
          this.#read(() => driver.readForwards(from, count).catch(whenOffBoundary(from))),
        readBackwards: (before, count) => this.#read(() => driver.readBackwards(before, count)),
      },
      this.#streamPrefixes,
    );
  }

  async append(
    stream: string,
    expectedVersion: number,
    events: readonly NewEvent[],
  ): Promise<Appended> {
    this.#refuseClosed();
    // Whatever a repetition needs to be recognised is fixed here, before the first try.
    const proposed = validateAppend(stream, expectedVersion, events).map(proposeEvent);
    const attempt = () =>
      this.#slots.run(() => this.driver.append(stream, expectedVersion, proposed));
    const appending = appendUntilKnown(
      attempt,
      { stream, expectedVersion },
      this.#retryMilliseconds,
    );
    this.#appends.add(appending);
    return appending.finally(() => this.#appends.delete(appending));
  }

  async readStream(stream: string): Promise<readonly StoredEvent[]> {
    this.#refuseClosed();
    validateStream(stream);
    return this.#read(() => this.driver.readStream(stream).catch(emptyWhenMissing), stream);
  }

  async readAll(after: Position | null, limit: number): Promise<readonly StoredEvent[]> {
    this.#refuseClosed();
    validateLimit(limit);
    return this.#wholeLog.readBehind(after, limit);
  }

  async *subscribe(
    after: Position | null,
    signal: AbortSignal,
  ): AsyncGenerator<readonly StoredEvent[], void> {
    this.#refuseClosed();
    const log = {
      verify: (position: Position) => this.#wholeLog.verify(position),
      follow: (...[from, handlers]: FollowArguments) =>
        this.driver.follow(from, this.#streamPrefixes, handlers),
    };
    const end = AbortSignal.any([signal, this.#closing.signal]);
    yield* followAcrossDrops(log, after, end, this.#onDrop);
  }

  async head(): Promise<Position | null> {
    this.#refuseClosed();
    return this.#wholeLog.head();
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#appends);
    this.driver.dispose();
  }

  #read<T>(attempt: () => Promise<T>, stream = '$all'): Promise<T> {
    return readUntilAnswered(() => this.#slots.run(attempt), { stream }, this.#retryMilliseconds);
  }

  #refuseClosed(): void {
    if (this.#closing.signal.aborted) throw new EventStoreError('closed', 'The store is closed.');
  }
}

type FollowArguments = [
  Parameters<EventStoreDbDriver['follow']>[0],
  Parameters<EventStoreDbDriver['follow']>[2],
];

function emptyWhenMissing(error: unknown): readonly StoredEvent[] {
  if (error instanceof Error && 'type' in error && error.type === 'stream-not-found') return [];
  throw error;
}

/** The server answers a position at which no record begins as it answers a broken read, by this text alone. */
const whenOffBoundary =
  (from: Position | null) =>
  (error: unknown): never => {
    const isOffBoundary = error instanceof Error && error.message.includes('ReadAllResult: Error');
    throw from !== null && isOffBoundary ? unknownPosition(from) : error;
  };

const namingHosts = (error: unknown, hosts: string): unknown =>
  error instanceof EventStoreError
    ? new EventStoreError(error.code, `${hosts}: ${error.message}`, { cause: error.cause })
    : error;
