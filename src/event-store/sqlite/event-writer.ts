import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { NO_STREAM, type NewEvent } from '../event-store.js';
import { checksumOf } from './event-checksum.js';
import { isFull, toEventStoreError } from './sqlite-errors.js';
import { StreamHeads, type StreamHead } from './stream-heads.js';

/** An append that was checked and waits to be written. */
export interface AppendRequest {
  readonly stream: string;
  readonly expectedVersion: number;
  readonly events: readonly NewEvent[];
}

/** Where an append ended, or where its stream stands instead. */
export type AppendOutcome =
  { readonly version: number; readonly position: number } | { readonly actualVersion: number };

const KEPT_HEADS = 20_000;

/** Writes the log; nothing else may. It knows plain data only, so that it can run on another thread. */
export class EventWriter {
  readonly #begin: StatementSync;
  readonly #commit: StatementSync;
  readonly #rollback: StatementSync;
  readonly #findHead: StatementSync;
  readonly #findEvent: StatementSync;
  readonly #addStream: StatementSync;
  readonly #addEvent: StatementSync;
  readonly #heads = new StreamHeads(KEPT_HEADS);

  constructor(
    private readonly db: DatabaseSync,
    private readonly file: string,
  ) {
    this.#begin = db.prepare('BEGIN IMMEDIATE');
    this.#commit = db.prepare('COMMIT');
    this.#rollback = db.prepare('ROLLBACK');
    this.#findHead = db.prepare(
      `SELECT id, (SELECT max(version) FROM events WHERE stream = streams.id) AS version
       FROM streams WHERE name = ?`,
    );
    this.#findEvent = db.prepare(
      `SELECT events.id, position FROM events JOIN streams ON streams.id = events.stream
       WHERE name = ? AND version = ?`,
    );
    this.#addStream = db.prepare('INSERT INTO streams (name) VALUES (?)');
    this.#addEvent = db.prepare(
      `INSERT INTO events (stream, version, id, type, data, metadata, checksum)
       VALUES (?, ?, ?, ?, ?, ?, ?)`,
    );
  }

  /**
   * Writes all appends that meet their version in one transaction and returns an outcome for each, once it is durable;
   * throws `unavailable` when none was written and `outcome-unknown` when that cannot be known.
   */
  write(batch: readonly AppendRequest[]): readonly AppendOutcome[] {
    const outcomes = this.#inTransaction(() => batch.map((request) => this.#append(request)));
    try {
      this.#commit.run();
      return outcomes;
    } catch (cause) {
      this.#undo();
      // On a full disk the last page, which makes the others count, was not written.
      throw toEventStoreError(cause, this.file, isFull(cause) ? 'unavailable' : 'outcome-unknown');
    }
  }

  #inTransaction(work: () => readonly AppendOutcome[]): readonly AppendOutcome[] {
    try {
      if (this.db.isTransaction) this.#rollback.run();
      this.#begin.run();
      return work();
    } catch (cause) {
      this.#undo();
      throw toEventStoreError(cause, this.file);
    }
  }

  #undo(): void {
    this.#heads.clear();
    try {
      // Some failures, a full disk among them, have already rolled back.
      if (this.db.isTransaction) this.#rollback.run();
    } catch {
      // What failed first is what counts; the next write rolls back again.
    }
  }

  #append(request: AppendRequest): AppendOutcome {
    const head = this.#headOf(request.stream);
    const actualVersion = head?.version ?? NO_STREAM;
    if (actualVersion === request.expectedVersion) return this.#add(request, head);
    return this.#earlierOutcome(request) ?? { actualVersion };
  }

  #add({ stream, events }: AppendRequest, head: StreamHead | undefined): AppendOutcome {
    const id = head?.id ?? Number(this.#addStream.run(stream).lastInsertRowid);
    let version = head?.version ?? NO_STREAM;
    let position = 0;
    for (const event of events) {
      version += 1;
      const { id: eventId, type, data, metadata } = event;
      const checksum = checksumOf({ ...event, stream, version });
      const added = this.#addEvent.run(id, version, eventId, type, data, metadata, checksum);
      position = Number(added.lastInsertRowid);
    }
    this.#heads.set(stream, { id, version });
    return { version, position };
  }

  /** The outcome of the first time when exactly these events stand behind the expected version. */
  #earlierOutcome({ stream, expectedVersion, events }: AppendRequest): AppendOutcome | undefined {
    let version = expectedVersion;
    let position = 0;
    for (const { id } of events) {
      version += 1;
      const found = this.#findEvent.get(stream, version);
      if (found?.['id'] !== id) return undefined;
      position = Number(found['position']);
    }
    return { version, position };
  }

  #headOf(stream: string): StreamHead | undefined {
    const kept = this.#heads.get(stream);
    if (kept) return kept;
    const found = this.#findHead.get(stream);
    return found && { id: Number(found['id']), version: Number(found['version']) };
  }
}
