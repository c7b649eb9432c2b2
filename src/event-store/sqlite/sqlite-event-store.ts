import type { DatabaseSync } from 'node:sqlite';
import type { EventStoreError, EventStoreErrorCode } from '../event-store.errors.js';
import type { EventStoreProbe } from '../event-store-probe.js';
import type { Appended, EventStore, NewEvent } from '../event-store.js';
import { validateAppend } from '../validate-append.js';
import { AppendQueue } from './append-queue.js';
import { checkInBackground } from './check-in-background.js';
import { CHECKED_AT_START, checkWhole, isCheckedAtStart } from './check-event-log.js';
import { lockEventLog } from './lock-event-log.js';
import { openEventLog } from './open-event-log.js';
import { SqliteLog } from './sqlite-log.js';
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
): Promise<SqliteEventStore> {
  const unlock = lockEventLog(file);
  let db: DatabaseSync | undefined;
  try {
    db = openEventLog(file, checkedAtStart);
    const store = new SqliteEventStore(file, db, {
      writer: startWriterThread(file),
      unlock,
      onChange,
    });
    if (!isCheckedAtStart(db, checkedAtStart)) store.checkWhole();
    return store;
  } catch (error) {
    db?.close();
    unlock();
    throw error;
  }
}

interface Locked {
  /** Only this thread writes; the connection is for reading. */
  readonly writer: WriterThread;
  readonly unlock: () => void;
  readonly onChange: (change: LogChange) => void;
}

/** A log that is locked for this store alone. */
export class SqliteEventStore extends SqliteLog implements EventStore, EventStoreProbe {
  readonly statistics = null;
  readonly #queue: AppendQueue;
  readonly #writability: Writability;
  readonly #followers = new Set<() => void>();
  #checking: Promise<void> = Promise.resolve();

  constructor(
    file: string,
    db: DatabaseSync,
    private readonly locked: Locked,
  ) {
    super(file, db);
    this.#writability = new Writability(file, (isWritable, error) =>
      locked.onChange(isWritable ? { state: 'writable' } : { state: 'read-only', error }),
    );
    this.#queue = new AppendQueue(locked.writer.write, () => this.committed());
  }

  async append(
    stream: string,
    expectedVersion: number,
    events: readonly NewEvent[],
  ): Promise<Appended> {
    this.refuseClosed();
    const validated = validateAppend(stream, expectedVersion, events);
    try {
      const appended = await this.#queue.add({ stream, expectedVersion, events: validated });
      this.#writability.succeeded();
      return appended;
    } catch (error) {
      const noted = this.noted(error);
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
    this.#checking = checkInBackground(checkWhole(this.db), this.closing.signal).catch(
      (cause: unknown) => void this.noted(cause),
    );
  }

  /** Calls `follower` after each commit, until `signal` aborts: for those who read the file from another thread. */
  onCommit(follower: () => void, signal: AbortSignal): void {
    this.#followers.add(follower);
    signal.addEventListener('abort', () => this.#followers.delete(follower), { once: true });
  }

  override committed(): void {
    super.committed();
    for (const follower of this.#followers) follower();
  }

  override async close(): Promise<void> {
    this.closing.abort();
    await this.#checking;
    await this.#queue.drained();
    await this.locked.writer.close();
    if (!this.db.isOpen) return;
    await super.close();
    this.locked.unlock();
  }

  protected override foundDamage(error: EventStoreError): void {
    this.locked.onChange({ state: 'damaged', error });
  }
}
