import type { DatabaseSync } from 'node:sqlite';
import { EventStoreError } from '../event-store.errors.js';
import type { Appended, EventStore, NewEvent, Position, StoredEvent } from '../event-store.js';
import { CommitSignal, followLog } from '../follow-log.js';
import { validateAppend, validateLimit, validateStream } from '../validate-append.js';
import { AppendQueue } from './append-queue.js';
import { EventReader } from './event-reader.js';
import { EventWriter } from './event-writer.js';
import { openEventLog } from './open-event-log.js';
import { toEventStoreError } from './sqlite-errors.js';

/**
 * Opens the event store in `file`, which is created when missing; its directory must exist. Throws `unavailable` when another
 * process has it open, or it is damaged, not a log of Docket, or of another schema.
 */
export async function openSqliteEventStore(file: string): Promise<EventStore> {
  return new SqliteEventStore(openEventLog(file), file);
}

class SqliteEventStore implements EventStore {
  readonly #closing = new AbortController();
  readonly #commits = new CommitSignal();
  readonly #reader: EventReader;
  readonly #queue: AppendQueue;

  constructor(
    private readonly db: DatabaseSync,
    private readonly file: string,
  ) {
    this.#reader = new EventReader(db);
    const writer = new EventWriter(db, file);
    this.#queue = new AppendQueue(
      (batch) => writer.write(batch),
      () => this.#commits.notify(),
    );
  }

  async append(
    stream: string,
    expectedVersion: number,
    events: readonly NewEvent[],
  ): Promise<Appended> {
    this.#refuseClosed();
    const validated = validateAppend(stream, expectedVersion, events);
    return this.#queue.add({ stream, expectedVersion, events: validated });
  }

  async readStream(stream: string): Promise<readonly StoredEvent[]> {
    validateStream(stream);
    return this.#read((reader) => reader.readStream(stream));
  }

  async readAll(after: Position | null, limit: number): Promise<readonly StoredEvent[]> {
    validateLimit(limit);
    return this.#read((reader) => reader.readAll(after, limit));
  }

  async *subscribe(
    after: Position | null,
    signal: AbortSignal,
  ): AsyncGenerator<readonly StoredEvent[], void> {
    this.#refuseClosed();
    const log = {
      readBatch: (position: Position | null) => this.#read((reader) => reader.readBatch(position)),
      commits: this.#commits,
    };
    yield* followLog(log, after, AbortSignal.any([signal, this.#closing.signal]));
  }

  async head(): Promise<Position | null> {
    return this.#read((reader) => reader.head());
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await this.#queue.drained();
    if (this.db.isOpen) this.db.close();
  }

  #read<T>(look: (reader: EventReader) => T): T {
    this.#refuseClosed();
    try {
      return look(this.#reader);
    } catch (cause) {
      throw toEventStoreError(cause, this.file);
    }
  }

  #refuseClosed(): void {
    if (this.#closing.signal.aborted) throw new EventStoreError('closed', 'The store is closed.');
  }
}
