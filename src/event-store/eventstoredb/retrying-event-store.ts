import type { ConnectionStatistics, EventStoreProbe } from '../event-store-probe.js';
import { EventStoreError } from '../event-store.errors.js';
import type { Appended, EventStore, NewEvent, Position, StoredEvent } from '../event-store.js';
import {
  validateAppend,
  validateLimit,
  validateStream,
  validateVersion,
} from '../validate-append.js';
import { Admission } from './admission.js';
import { CallFailed, isRefusal } from './call-failure.js';
import { CallSlots } from './call-slots.js';
import { followAcrossDrops, type SubscriptionDrop } from './catch-up-subscription.js';
import type { EventStoreDbDriver } from './driver.js';
import type { EventBuffer } from './event-buffer.js';
import { FeedCount } from './feed-count.js';
import { appendUntilKnown, readUntilAnswered, unavailable } from './retry.js';
import { proposeEvent } from './stored-json.js';
import { CallTimedOut, withinTime } from './time-limit.js';
import { WholeLog } from './whole-log.js';

/** Well below the 100 calls that a server lets run at once on a connection; subscriptions need theirs too. */
const MAX_RUNNING_TRIES = 48;

/** Calls wait here with their events, up to 1 MiB each: more than so many, and the caller has to come back later. */
const MAX_CALLS = 1_024;

const CHECK_MILLISECONDS = 2_000;

/** An event store on EventStoreDB, and what an operator wants to know of it. */
export interface EventStoreDb extends EventStore, EventStoreProbe {
  readonly statistics: ConnectionStatistics;

  /**
   * Asks the server once, for 2 s at the most, whether this service can use it now;
   * throws `unavailable`, `denied` or `closed`, and says why.
   */
  check(): Promise<void>;
}

export interface StoreSettings {
  readonly streamPrefixes: readonly string[];
  readonly retryMilliseconds: number;
  readonly onDrop: (drop: SubscriptionDrop) => void;
}

/** Makes single tries of the driver into calls that hold: in turn, within bounds, repeated unchanged until answered. */
export class RetryingEventStore implements EventStoreDb {
  readonly #closing = new AbortController();
  readonly #appends = new Set<Promise<Appended>>();
  readonly #slots = new CallSlots(MAX_RUNNING_TRIES, MAX_CALLS);
  readonly #buffers = new Set<EventBuffer>();
  readonly #feeds = new FeedCount();
  readonly #admission: Admission;
  readonly #wholeLog: WholeLog;

  constructor(
    private readonly driver: EventStoreDbDriver,
    private readonly settings: StoreSettings,
  ) {
    this.#admission = new Admission(() => driver.readBackwards(null, 1));
    this.#wholeLog = new WholeLog(
      {
        readForwards: (from, count) => this.#read(() => driver.readForwards(from, count)),
        readBackwards: (before, count) => this.#read(() => driver.readBackwards(before, count)),
      },
      settings.streamPrefixes,
    );
  }

  get statistics(): ConnectionStatistics {
    return {
      subscriptions: this.#feeds.running,
      subscriptionDrops: this.#feeds.drops,
      bufferedEvents: [...this.#buffers].reduce((sum, { size }) => sum + size, 0),
      runningCalls: this.#slots.running,
      waitingCalls: this.#slots.waiting,
      replacedClients: this.driver.replacements,
    };
  }

  async append(
    stream: string,
    expectedVersion: number,
    events: readonly NewEvent[],
  ): Promise<Appended> {
    this.#refuseClosed();
    // Whatever a repetition needs to be recognised is fixed here, before the first try.
    const proposed = validateAppend(stream, expectedVersion, events).map(proposeEvent);
    const appending = this.#slots.admit(() =>
      appendUntilKnown(
        this.#inTurn(() => this.driver.append(stream, expectedVersion, proposed)),
        this.driver.hosts,
        this.settings.retryMilliseconds,
      ),
    );
    this.#appends.add(appending);
    return appending.finally(() => this.#appends.delete(appending));
  }

  async readStream(stream: string): Promise<readonly StoredEvent[]> {
    this.#refuseClosed();
    validateStream(stream);
    return this.#read(() => this.driver.readStream(stream));
  }

  async readStreamPage(
    stream: string,
    after: number,
    limit: number,
  ): Promise<readonly StoredEvent[]> {
    this.#refuseClosed();
    validateStream(stream);
    validateVersion(after);
    validateLimit(limit);
    return this.#read(() => this.driver.readStreamFrom(stream, after + 1, limit));
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
      verify: (position: Position | null) =>
        position === null ? this.#admission.pass() : this.#wholeLog.verify(position),
      follow: this.#feeds.counting((from, handlers) =>
        this.driver.follow(from, this.settings.streamPrefixes, handlers),
      ),
    };
    const end = AbortSignal.any([signal, this.#closing.signal]);
    const { onDrop } = this.settings;
    yield* followAcrossDrops(log, after, end, { buffers: this.#buffers, onDrop });
  }

  async head(): Promise<Position | null> {
    this.#refuseClosed();
    return this.#wholeLog.head();
  }

  /** Stands in no line and is not repeated: an answer is wanted, not success. */
  async check(): Promise<void> {
    this.#refuseClosed();
    await this.#inTime(this.#admission.ask(), CHECK_MILLISECONDS);
  }

  /** Tries for so many milliseconds to be let in by the server; throws `unavailable` or `denied`. */
  async warmUp(milliseconds: number): Promise<void> {
    const { hosts } = this.driver;
    let failure: unknown;
    const attempt = () =>
      this.#admission.ask().catch((error: unknown) => {
        failure = error;
        throw error;
      });
    const asking = readUntilAnswered(attempt, hosts, milliseconds);
    await this.#inTime(asking, milliseconds, () => failure);
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.allSettled(this.#appends);
    this.driver.dispose();
  }

  /** `failedBefore`: a try that failed says more than one that was not finished in time. */
  async #inTime(
    asking: Promise<void>,
    milliseconds: number,
    failedBefore: () => unknown = () => undefined,
  ): Promise<void> {
    try {
      await withinTime(asking, milliseconds);
    } catch (error) {
      const cause = error instanceof CallTimedOut ? (failedBefore() ?? error) : error;
      if (cause instanceof CallFailed && isRefusal(cause.failure)) throw cause.failure.error;
      if (cause instanceof EventStoreError || !(cause instanceof Error)) throw cause;
      throw unavailable(this.driver.hosts, cause);
    }
  }

  #read<T>(attempt: () => Promise<T>): Promise<T> {
    return this.#slots.admit(() =>
      readUntilAnswered(this.#inTurn(attempt), this.driver.hosts, this.settings.retryMilliseconds),
    );
  }

  /** One try: in a slot of its own, and only on a server that may be used. */
  #inTurn<T>(attempt: () => Promise<T>): (millisecondsLeft: number) => Promise<T> {
    return (millisecondsLeft) =>
      this.#slots.run(async () => {
        await this.#admission.pass();
        return attempt();
      }, millisecondsLeft);
  }

  #refuseClosed(): void {
    if (this.#closing.signal.aborted) throw new EventStoreError('closed', 'The store is closed.');
  }
}
