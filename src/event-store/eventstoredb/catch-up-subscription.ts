import { setImmediate as nextTurn } from 'node:timers/promises';
import { EventStoreError } from '../event-store.errors.js';
import type { Position, StoredEvent } from '../event-store.js';
import { BackOff, pause } from './back-off.js';
import { CallFailed } from './call-failure.js';
import { EventBuffer } from './event-buffer.js';
import type { Feed, FeedHandlers } from './feed.js';

const MAX_PAUSE_MILLISECONDS = 5_000;

/** What a subscription needs of the store. */
export interface FollowedLog {
  /** Throws unless the server can be asked and `position`, if any, is that of an event of this log. */
  verify(position: Position | null): Promise<void>;
  follow(after: Position | null, handlers: FeedHandlers): Feed;
}

/** An end of a feed that nobody asked for; the subscription goes on by itself. */
export interface SubscriptionDrop {
  readonly reason: string;
  /** The last event received before it. */
  readonly position: Position | null;
  readonly resumesInMilliseconds: number;
}

/** Who hears of drops, each once however long it takes to resume, and which buffers are in use. */
export interface SubscriptionWatch {
  readonly buffers: Set<EventBuffer>;
  onDrop(drop: SubscriptionDrop): void;
}

/**
 * Yields every event behind `after` in batches, across all drops: whatever ends a feed, the next one starts behind the
 * last event received, so nothing is missing and nothing comes twice. Ends when `signal` aborts.
 */
export async function* followAcrossDrops(
  log: FollowedLog,
  after: Position | null,
  signal: AbortSignal,
  watch: SubscriptionWatch,
): AsyncGenerator<readonly StoredEvent[], void> {
  const left = new AbortController();
  const end = AbortSignal.any([signal, left.signal]);
  const buffer = new EventBuffer();
  watch.buffers.add(buffer);
  void new Supervisor(log, buffer, after, end, watch).run();
  try {
    for (;;) {
      const batch = await buffer.take(end);
      if (batch === undefined) return;
      yield batch;
      // A reader that never waits for input or output would otherwise keep everything else from running.
      await nextTurn();
    }
  } finally {
    left.abort();
    watch.buffers.delete(buffer);
  }
}

/** Keeps one feed running into the buffer. */
class Supervisor {
  readonly #backOff = new BackOff(MAX_PAUSE_MILLISECONDS);
  #told: 'nothing' | 'dropped' | 'denied' = 'nothing';

  constructor(
    private readonly log: FollowedLog,
    private readonly buffer: EventBuffer,
    private position: Position | null,
    private readonly signal: AbortSignal,
    private readonly watch: SubscriptionWatch,
  ) {}

  async run(): Promise<void> {
    while (!this.signal.aborted) {
      try {
        await this.buffer.hasRoom(this.signal);
        // A server that was set back to an older log would go on silently from a position it does not know.
        await this.log.verify(this.position);
        await this.#feed();
      } catch (error) {
        if (isForGood(error)) return this.buffer.fail(error);
        await this.#waitBehindDrop(error);
      }
    }
  }

  /** Resolves when the feed was left on purpose, rejects when it was dropped. */
  #feed(): Promise<void> {
    return new Promise((resolve, reject) => {
      let isLive = false;
      let stable: NodeJS.Timeout | undefined;
      const end = () => {
        clearTimeout(stable);
        this.signal.removeEventListener('abort', leave);
      };
      const leave = () => {
        feed.stop();
        end();
        resolve();
      };
      const feed = this.log.follow(this.position, {
        onConfirmed: () => {
          // A feed that only begins, again and again, must not be taken for one that works.
          stable = setTimeout(() => this.#works(), MAX_PAUSE_MILLISECONDS);
        },
        onLive: () => {
          isLive = true;
        },
        onEvent: (event) => {
          this.#receive(event);
          if (!this.buffer.isFull) return;
          // Live, the server would drop a reader that pauses: it is better to leave and come back.
          if (isLive) leave();
          else this.#pauseUntilRoom(feed);
        },
        onDrop: (error) => {
          end();
          reject(error);
        },
      });
      this.signal.addEventListener('abort', leave, { once: true });
      if (this.signal.aborted) leave();
    });
  }

  #receive(event: StoredEvent): void {
    if (this.position !== null && event.position <= this.position) return;
    this.position = event.position;
    this.buffer.push(event);
    this.#works();
  }

  #works(): void {
    this.#backOff.reset();
    this.#told = 'nothing';
  }

  #pauseUntilRoom(feed: Feed): void {
    feed.pause();
    void this.buffer.hasRoom(this.signal).then(() => feed.resume());
  }

  async #waitBehindDrop(error: unknown): Promise<void> {
    if (this.signal.aborted) return;
    const resumesInMilliseconds = this.#backOff.next();
    this.#tell(error, resumesInMilliseconds);
    await pause(resumesInMilliseconds, this.signal);
  }

  #tell(error: unknown, resumesInMilliseconds: number): void {
    const told = isDenied(error) ? 'denied' : 'dropped';
    if (this.#told === told) return;
    this.#told = told;
    const reason = error instanceof Error ? error.message : String(error);
    this.watch.onDrop({ reason, position: this.position, resumesInMilliseconds });
  }
}

const isForGood = (error: unknown): boolean =>
  error instanceof EventStoreError && error.code === 'position-unknown';

const isDenied = (error: unknown): boolean =>
  error instanceof CallFailed
    ? error.failure.kind === 'denied'
    : error instanceof EventStoreError && error.code === 'denied';
