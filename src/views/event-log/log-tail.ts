import { EventStoreError } from '../../event-store/event-store.errors.js';
import type { Position, StoredEvent } from '../../event-store/event-store.js';
import { CommitSignal } from '../../event-store/follow-log.js';
import { sizeOf } from './first-piece.js';

/** What is kept for readers who are hardly behind: so many events or bytes, whichever comes first. */
const MAX_EVENTS = 2_048;
const MAX_BYTES = 8 * 1_048_576;

/** How far one stream has come since it is watched. */
export interface StreamWatch {
  /** The last version seen; -1 before the first. */
  readonly version: number;
  /** Resolves once it is beyond `version`, or `signal` aborts. Throws what ended the tail. */
  beyond(version: number, signal: AbortSignal): Promise<void>;
}

/** The end of the log as it grows: the last events, without a gap behind `start`, and who waits for more. */
export class LogTail {
  readonly #grown = new CommitSignal();
  readonly #watches = new Map<string, Set<Watch>>();
  #recent: StoredEvent[] = [];
  #bytes = 0;
  #end: { readonly error: unknown } | null = null;

  /** Resolves when nothing comes any more. */
  readonly ended: Promise<void>;

  /** `batches` are those of a subscription behind `start`, which is `null` when the log was empty. */
  constructor(
    private start: Position | null,
    batches: AsyncIterable<readonly StoredEvent[]>,
  ) {
    this.ended = this.#take(batches);
  }

  /**
   * The events behind `after` that came so far, `limit` at most; `undefined` when older ones are needed too. Throws what
   * ended the tail.
   */
  behind(after: Position | null, limit: number): readonly StoredEvent[] | undefined {
    this.expectRunning();
    if (this.start !== null && (after === null || after < this.start)) return undefined;
    const known =
      after === null ? -1 : this.#recent.findLastIndex(({ position }) => position <= after);
    return this.#recent.slice(known + 1, known + 1 + limit);
  }

  /** Resolves once there are events behind `after`, or `signal` aborts. Throws what ended the tail. */
  async grown(after: Position | null, signal: AbortSignal): Promise<void> {
    while (!signal.aborted && this.behind(after, 1)?.length === 0) await this.#grown.next(signal);
  }

  /** Watches a stream until `signal` aborts. */
  watch(stream: string, signal: AbortSignal): StreamWatch {
    const watch = new Watch(this);
    const watches = this.#watches.get(stream) ?? new Set();
    this.#watches.set(stream, watches.add(watch));
    const leave = () => {
      watches.delete(watch);
      if (watches.size === 0) this.#watches.delete(stream);
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    return watch;
  }

  /** Throws what ended the tail. */
  expectRunning(): void {
    if (this.#end) throw this.#end.error;
  }

  async #take(batches: AsyncIterable<readonly StoredEvent[]>): Promise<void> {
    try {
      for await (const batch of batches) this.#add(batch);
      this.#end = { error: new EventStoreError('closed', 'The store is closed.') };
    } catch (error) {
      this.#end = { error };
    }
    this.#grown.notify();
    for (const watches of this.#watches.values()) {
      for (const watch of watches) watch.moved.notify();
    }
  }

  #add(batch: readonly StoredEvent[]): void {
    for (const event of batch) {
      this.#recent.push(event);
      this.#bytes += sizeOf(event);
      for (const watch of this.#watches.get(event.stream) ?? []) {
        watch.version = event.version;
        watch.moved.notify();
      }
    }
    this.#forget();
    this.#grown.notify();
  }

  #forget(): void {
    let count = 0;
    while (this.#recent.length - count > MAX_EVENTS || this.#bytes > MAX_BYTES) {
      const oldest = this.#recent[count];
      if (oldest === undefined) break;
      this.#bytes -= sizeOf(oldest);
      this.start = oldest.position;
      count += 1;
    }
    this.#recent.splice(0, count);
  }
}

class Watch implements StreamWatch {
  readonly moved = new CommitSignal();
  version = -1;

  constructor(private readonly tail: LogTail) {}

  async beyond(version: number, signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      this.tail.expectRunning();
      if (this.version > version) return;
      await this.moved.next(signal);
    }
  }
}
