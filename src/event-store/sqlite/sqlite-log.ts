import { DatabaseSync } from 'node:sqlite';
import { EventStoreError } from '../event-store.errors.js';
import type { Position, ReadableEventStore, StoredEvent } from '../event-store.js';
import { CommitSignal, followLog } from '../follow-log.js';
import { validateLimit, validateStream, validateVersion } from '../validate-append.js';
import { setUpReading } from './connection-settings.js';
import { EventReader } from './event-reader.js';
import { toEventStoreError } from './sqlite-errors.js';

/** Opens a log for reading beside the store of this process that has it locked; throws `unavailable` and `damaged`. */
export function openSqliteLog(file: string): SqliteLog {
  try {
    const db = new DatabaseSync(file);
    setUpReading(db);
    return new SqliteLog(file, db);
  } catch (cause) {
    throw toEventStoreError(cause, file);
  }
}

/** Reads a log, and serves nothing of it any more once damage is found. */
export class SqliteLog implements ReadableEventStore {
  protected readonly closing = new AbortController();
  readonly #commits = new CommitSignal();
  readonly #reader: EventReader;
  #damage: EventStoreError | null = null;

  constructor(
    protected readonly file: string,
    protected readonly db: DatabaseSync,
  ) {
    this.#reader = new EventReader(db);
  }

  /** Wakes subscribers: somebody has committed. */
  committed(): void {
    this.#commits.notify();
  }

  async readStream(stream: string): Promise<readonly StoredEvent[]> {
    validateStream(stream);
    return this.#read((reader) => reader.readStream(stream));
  }

  async readStreamPage(
    stream: string,
    after: number,
    limit: number,
  ): Promise<readonly StoredEvent[]> {
    validateStream(stream);
    validateVersion(after);
    validateLimit(limit);
    return this.#read((reader) => reader.readStreamPage(stream, after, limit));
  }

  async readAll(after: Position | null, limit: number): Promise<readonly StoredEvent[]> {
    validateLimit(limit);
    return this.#read((reader) => reader.readAll(after, limit));
  }

  async *subscribe(
    after: Position | null,
    signal: AbortSignal,
  ): AsyncGenerator<readonly StoredEvent[], void> {
    this.refuseClosed();
    const log = {
      readBatch: (position: Position | null) => this.#read((reader) => reader.readBatch(position)),
      commits: this.#commits,
    };
    yield* followLog(log, after, AbortSignal.any([signal, this.closing.signal]));
  }

  async head(): Promise<Position | null> {
    return this.#read((reader) => reader.head());
  }

  async close(): Promise<void> {
    this.closing.abort();
    if (this.db.isOpen) this.db.close();
  }

  /** What a failure means; over a damaged log nothing is served, whichever part of it was asked for. */
  noted(cause: unknown): EventStoreError {
    const error = toEventStoreError(cause, this.file);
    if (error.code === 'damaged' && !this.#damage) {
      this.#damage = error;
      this.foundDamage(error);
    }
    return error;
  }

  protected foundDamage(_error: EventStoreError): void {}

  protected refuseClosed(): void {
    if (this.closing.signal.aborted) throw new EventStoreError('closed', 'The store is closed.');
    if (this.#damage) throw this.#damage;
  }

  #read<T>(look: (reader: EventReader) => T): T {
    this.refuseClosed();
    try {
      return look(this.#reader);
    } catch (cause) {
      throw this.noted(cause);
    }
  }
}
