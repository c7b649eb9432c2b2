import type { DatabaseSync } from 'node:sqlite';
import { EventStoreError } from '../event-store.errors.js';
import type { Appended, EventStore, NewEvent, Position, StoredEvent } from '../event-store.js';
import { CommitSignal, followLog } from '../follow-log.js';
import { validateAppend, validateLimit, validateStream } from '../validate-append.js';
import { AppendQueue } from './append-queue.js';
import { EventReader } from './event-reader.js';
import { lockEventLog } from './lock-event-log.js';
import { openEventLog } from './open-event-log.js';
import { toEventStoreError } from './sqlite-errors.js';
import { startWriterThread, type WriterThread } from './start-writer-thread.js';

/**
 * Opens the event store in `file`, which is created when missing; its directory must exist. A thread of its own writes it,
 * so that the caller's never waits for the disk. Throws `unavailable` when another process has it open, or it is damaged,
 * not a log of Docket, or of another schema.
 */
export async function openSqliteEventStore(file: string): Promise<EventStore> {
  const unlock = lockEventLog(file);
  let db: DatabaseSync | undefined;
  try {
    db = openEventLog(file);
    return new SqliteEventStore(file, db, await startWriterThread(file), unlock);
  } catch (error) {
    db?.close();
    unlock();
    throw error;
  }
}

class SqliteEventStore implements EventStore {
  readonly #closing = new AbortController();
  readonly #commits = new CommitSignal();
  readonly #reader: EventReader;
  readonly #queue: AppendQueue;

  constructor(
    private readonly file: string,
    private readonly db: DatabaseSync,
    private readonly writer: WriterThread,
    private readonly unlock: () => void,
  ) {
    this.#reader = new EventReader(db);
    this.#queue = new AppendQueue(writer.write, () => this.#commits.notify());
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
    await this.writer.close();
    if (!this.db.isOpen) return;
    this.db.close();
    this.unlock();
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
