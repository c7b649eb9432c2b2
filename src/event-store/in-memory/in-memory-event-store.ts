import { EventStoreError, VersionConflict } from '../event-store.errors.js';
import type { Appended, EventStore, NewEvent, Position, StoredEvent } from '../event-store.js';
import { followLog } from '../follow-log.js';
import {
  validateAppend,
  validateLimit,
  validateStream,
  validateVersion,
} from '../validate-append.js';
import { InMemoryLog } from './in-memory-log.js';

const BATCH_SIZE = 512;

/** An event store for tests; stores over one `log` see the same events, and the log outlives them. */
export function createInMemoryEventStore(log: InMemoryLog = new InMemoryLog()): EventStore {
  return new InMemoryEventStore(log);
}

class InMemoryEventStore implements EventStore {
  readonly #closing = new AbortController();

  constructor(private readonly log: InMemoryLog) {}

  async append(
    stream: string,
    expectedVersion: number,
    events: readonly NewEvent[],
  ): Promise<Appended> {
    this.#refuseClosed();
    const validated = validateAppend(stream, expectedVersion, events);
    const held = this.log.stream(stream);
    if (expectedVersion === held.length - 1) {
      this.log.commit(validated.map((event, at) => place(event, stream, held.length + at)));
      return endOf(this.log.stream(stream));
    }
    const earlier = held.slice(expectedVersion + 1, expectedVersion + 1 + validated.length);
    if (isSame(earlier, validated)) return endOf(earlier);
    throw new VersionConflict(stream, expectedVersion, held.length - 1);
  }

  async readStream(stream: string): Promise<readonly StoredEvent[]> {
    this.#refuseClosed();
    validateStream(stream);
    return [...this.log.stream(stream)];
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
    return this.log.stream(stream).slice(after + 1, after + 1 + limit);
  }

  async readAll(after: Position | null, limit: number): Promise<readonly StoredEvent[]> {
    this.#refuseClosed();
    validateLimit(limit);
    return this.#readBehind(after, limit);
  }

  async *subscribe(
    after: Position | null,
    signal: AbortSignal,
  ): AsyncGenerator<readonly StoredEvent[], void> {
    this.#refuseClosed();
    const followed = {
      readBatch: (position: Position | null) => this.#readBehind(position, BATCH_SIZE),
      commits: this.log.commits,
    };
    yield* followLog(followed, after, AbortSignal.any([signal, this.#closing.signal]));
  }

  async head(): Promise<Position | null> {
    this.#refuseClosed();
    return this.log.events.at(-1)?.position ?? null;
  }

  async close(): Promise<void> {
    this.#closing.abort();
  }

  #readBehind(after: Position | null, limit: number): readonly StoredEvent[] {
    const start = after === null ? 0 : this.log.countUpTo(after);
    if (start === undefined) {
      throw new EventStoreError('position-unknown', `No event stands at position ${after}.`);
    }
    return this.log.events.slice(start, start + limit);
  }

  #refuseClosed(): void {
    if (this.#closing.signal.aborted) throw new EventStoreError('closed', 'The store is closed.');
  }
}

const place = (
  { id, type, data, metadata }: NewEvent,
  stream: string,
  version: number,
): Omit<StoredEvent, 'position'> => ({ id, type, data, metadata, stream, version });

const isSame = (stored: readonly StoredEvent[], events: readonly NewEvent[]): boolean =>
  events.every(({ id }, at) => stored[at]?.id === id);

function endOf(events: readonly StoredEvent[]): Appended {
  const last = events.at(-1);
  if (last === undefined) throw new Error('An accepted append holds events.');
  return { version: last.version, position: last.position };
}
