import type { DatabaseSync } from 'node:sqlite';
import { EventStoreError, type EventStoreErrorCode } from '../event-store.errors.js';
import type { EventStoreProbe } from '../event-store-probe.js';
import type { Appended, EventStore, NewEvent, Position, StoredEvent } from '../event-store.js';
import { CommitSignal, followLog } from '../follow-log.js';
import { validateAppend, validateLimit, validateStream } from '../validate-append.js';
import { AppendQueue } from './append-queue.js';
import { checkInBackground } from './check-in-background.js';
import { CHECKED_AT_START, checkWhole, isCheckedAtStart } from './check-event-log.js';
import { EventReader } from './event-reader.js';
import { lockEventLog } from './lock-event-log.js';
import { openEventLog } from './open-event-log.js';
import { toEventStoreError } from './sqlite-errors.js';
import { startWriterThread, type WriterThread } from './start-writer-thread.js';
import { Writability } from './writability.js';

/** What an operator should know of the log as it changes. */
export type LogChange =
  | { readonly state: 'damaged' | 'read-only'; readonly error: unknown }
  | { readonly state: 'writable' };

/** Failures that the append itself is not to blame for. */
const WRITE_FAILURES: ReadonlySet<EventStoreErrorCode> = new Set([
  'unavailable',
  'outcome-unknown',
]);

export interface SqliteEventStoreOptions {
  readonly onChange?: ((change: LogChange) => void) | undefined;
  /** Bytes up to which the whole log is checked before it is opened; a larger one is checked while it is served. */
  readonly checkedAtStart?: number | undefined;
}

/**
 * Opens the event store in `file`, which is created when missing; its directory must exist. A thread of its own writes it,
 * so that the caller's never waits for the disk. Throws `unavailable` when another process has it open, or it is not a log
 * of Docket, or of another schema, and `damaged`. Once damage is found later on, every call throws `damaged`.
 */
export async function openSqliteEventStore(
  file: string,
  { onChange = () => {}, checkedAtStart = CHECKED_AT_START }: SqliteEventStoreOptions = {},
): Promise<EventStore & EventStoreProbe> {
  const unlock = lockEventLog(file);
  let db: DatabaseSync | undefined;
  try {
    db = openEventLog(file, checkedAtStart);
    const log = { file, db, writer: startWriterThread(file), unlock };
    const store = new SqliteEventStore(log, onChange);
    if (!isCheckedAtStart(db, checkedAtStart)) store.checkWhole();
    return store;
  } catch (error) {
    db?.close();
    unlock();
    throw error;
  }
}

/** A log that is locked for this store alone. */
interface OpenLog {
  readonly file: string;
  /** For reading; only the thread writes. */
  readonly db: DatabaseSync;
  readonly writer: WriterThread;
  readonly unlock: () => void;
}

class SqliteEventStore implements EventStore, EventStoreProbe {
  readonly statistics = null;
  readonly #closing = new AbortController();
  readonly #commits = new CommitSignal();
  readonly #reader: EventReader;
  readonly #queue: AppendQueue;
  readonly #writability: Writability;
  #damage: EventStoreError | null = null;
  #checking: Promise<void> = Promise.resolve();

  constructor(
    private readonly log: OpenLog,
    private readonly onChange: (change: LogChange) => void,
  ) {
    this.#writability = new Writability(log.file, (isWritable, error) =>
      onChange(isWritable ? { state: 'writable' } : { state: 'read-only', error }),
    );
    this.#reader = new EventReader(log.db);
    this.#queue = new AppendQueue(log.writer.write, () => this.#commits.notify());
  }

  async append(
    stream: string,
    expectedVersion: number,
    events: readonly NewEvent[],
  ): Promise<Appended> {
    this.#refuseClosed();
    const validated = validateAppend(stream, expectedVersion, events);
    try {
      const appended = await this.#queue.add({ stream, expectedVersion, events: validated });
      this.#writability.succeeded();
      return appended;
    } catch (error) {
      const noted = this.#noted(error);
      if (WRITE_FAILURES.has(noted.code)) this.#writability.failed(noted);
      throw noted;
    }
  }

  async check(): Promise<void> {
    await this.head();
    await this.#writability.check();
  }

  /** Begins to compare the whole log with what was written, while it is served. */
  checkWhole(): void {
    this.#checking = checkInBackground(checkWhole(this.log.db), this.#closing.signal).catch(
      (cause: unknown) => void this.#noted(cause),
    );
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
    await this.#checking;
    await this.#queue.drained();
    await this.log.writer.close();
    if (!this.log.db.isOpen) return;
    this.log.db.close();
    this.log.unlock();
  }

  #read<T>(look: (reader: EventReader) => T): T {
    this.#refuseClosed();
    try {
      return look(this.#reader);
    } catch (cause) {
      throw this.#noted(cause);
    }
  }

  /** Over a damaged log nothing is served, whichever part of it was asked for. */
  #noted(cause: unknown): EventStoreError {
    const error = toEventStoreError(cause, this.log.file);
    if (error.code === 'damaged' && !this.#damage) {
      this.#damage = error;
      this.onChange({ state: 'damaged', error });
    }
    return error;
  }

  #refuseClosed(): void {
    if (this.#closing.signal.aborted) throw new EventStoreError('closed', 'The store is closed.');
    if (this.#damage) throw this.#damage;
  }
}
