import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { EventStoreError } from '../event-store.errors.js';
import { NO_STREAM, type Position, type StoredEvent } from '../event-store.js';
import { Damage } from './damage.js';
import { EVENT_COLUMNS, storedEventOf } from './stored-row.js';

/** A batch for a subscriber ends at this many characters, so that readers of large events need little memory. */
const BATCH_CHARACTERS = 4 * 1024 * 1024;
const BATCH_EVENTS = 512;

/** What SQLite takes for no limit. */
const UNLIMITED = -1;

const LARGEST_POSITION = 2n ** 63n - 1n;

/** Reads the log; each method is one consistent look at what is committed, and throws `Damage` where that is not what was written. */
export class EventReader {
  readonly #stream: StatementSync;
  readonly #behind: StatementSync;
  readonly #isKnown: StatementSync;
  readonly #head: StatementSync;

  constructor(db: DatabaseSync) {
    this.#stream = db.prepare(
      `SELECT ${EVENT_COLUMNS} FROM events
       WHERE stream = (SELECT id FROM streams WHERE name = ?) AND version > ?
       ORDER BY version LIMIT ?`,
    );
    // CROSS JOIN keeps the order of the tables: events by position, then each one's stream.
    this.#behind = db.prepare(
      `SELECT ${EVENT_COLUMNS}, name AS stream
       FROM events CROSS JOIN streams ON streams.id = events.stream
       WHERE position > ? ORDER BY position LIMIT ?`,
    );
    this.#isKnown = db.prepare('SELECT 1 FROM events WHERE position = ?');
    this.#head = db.prepare('SELECT max(position) AS position FROM events');
  }

  readStream(stream: string): readonly StoredEvent[] {
    return this.readStreamPage(stream, NO_STREAM, UNLIMITED);
  }

  /** At most `limit` events of a stream behind version `after`. */
  readStreamPage(stream: string, after: number, limit: number): readonly StoredEvent[] {
    const rows = this.#stream.all(stream, after, limit);
    const events = rows.map((row) => storedEventOf(row, stream));
    const first = after + 1;
    const missing = events.findIndex(({ version }, at) => version !== first + at);
    if (missing !== -1) throw new Damage(`${stream}@${first + missing} is missing`);
    return events;
  }

  /** At most `limit` events behind `after`; throws `position-unknown`. */
  readAll(after: Position | null, limit: number): readonly StoredEvent[] {
    return this.#behind.all(this.#start(after), limit).map((row) => storedEventOf(row));
  }

  /** As many events behind `after` as a subscriber gets at once. */
  readBatch(after: Position | null): readonly StoredEvent[] {
    const batch: StoredEvent[] = [];
    let characters = 0;
    for (const row of this.#behind.iterate(this.#start(after), BATCH_EVENTS)) {
      const event = storedEventOf(row);
      batch.push(event);
      characters += event.data.length + event.metadata.length;
      if (characters >= BATCH_CHARACTERS) break;
    }
    return batch;
  }

  head(): Position | null {
    const position = this.#head.get()?.['position'];
    return typeof position === 'number' ? BigInt(position) : null;
  }

  #start(after: Position | null): Position {
    if (after === null) return 0n;
    const isInRange = after > 0n && after <= LARGEST_POSITION;
    if (isInRange && this.#isKnown.get(after) !== undefined) return after;
    throw new EventStoreError('position-unknown', `No event stands at position ${after}.`);
  }
}
