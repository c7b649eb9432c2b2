import type { DatabaseSync, SQLOutputValue, StatementSync } from 'node:sqlite';
import { Damage } from './damage.js';
import { EVENT_COLUMNS, storedEventOf } from './stored-row.js';

/** Events read at a time: about half a millisecond. */
const SLICE_EVENTS = 250;

/** Stretch of the log: behind one position, up to another. */
interface Stretch {
  readonly after: number;
  readonly upTo: number;
}

/** Each event, and what is found under its stream's name and its version. */
const FOUND_BY_NAME = `
  FROM events CROSS JOIN streams ON streams.id = events.stream
    CROSS JOIN streams AS named INDEXED BY sqlite_autoindex_streams_1 ON named.name = streams.name
    CROSS JOIN events AS found INDEXED BY sqlite_autoindex_events_1
      ON found.stream = named.id AND found.version = events.version
  WHERE events.position > ? AND events.position <= ? AND found.checksum = events.checksum`;

/**
 * Compares every event of a stretch with its checksum, and whether it is found by its stream's name and its version, in slices
 * that each return soon. Throws `Damage` with the place.
 */
export function* verifyEvents(db: DatabaseSync, { after, upTo }: Stretch): Generator<void, void> {
  const events = db.prepare(
    `SELECT ${EVENT_COLUMNS}, name AS stream
     FROM events LEFT JOIN streams ON streams.id = events.stream
     WHERE position > ? AND position <= ? ORDER BY position`,
  );
  const count = db.prepare(`SELECT count(*) AS found ${FOUND_BY_NAME}`);
  const find = db.prepare(`SELECT events.position ${FOUND_BY_NAME} ORDER BY events.position`);
  for (let last = after; last < upTo; yield) {
    const slice = { after: last, upTo: Math.min(last + SLICE_EVENTS, upTo) };
    verifyRows(rowsOf(events, slice), slice);
    const [{ found } = {}] = rowsOf(count, slice);
    if (found !== slice.upTo - last) throw notFound(rowsOf(find, slice), slice);
    last = slice.upTo;
  }
}

/** Throws `Damage` when the index does not have an entry for each event: the last ones would be missing, or come twice. */
export function verifyIndex(db: DatabaseSync): void {
  const { events, entries } =
    db
      .prepare(
        `SELECT coalesce(max(position), 0) AS events,
           (SELECT count(*) FROM events INDEXED BY sqlite_autoindex_events_1) AS entries
         FROM events`,
      )
      .get() ?? {};
  if (entries === events) return;
  throw new Damage(`its index has ${Number(entries)} entries for ${Number(events)} events`);
}

/** The position of the last event, 0 without any. */
export const lastPosition = (db: DatabaseSync): number =>
  Number(db.prepare('SELECT max(position) AS last FROM events').get()?.['last'] ?? 0);

/** Positions count without a gap. */
function verifyRows(rows: readonly Row[], { after, upTo }: Stretch): void {
  let last = after;
  for (const row of rows) {
    if (row['position'] !== last + 1) break;
    storedEventOf(row);
    last += 1;
  }
  if (last !== upTo) throw new Damage(`there is no event at position ${last + 1}`);
}

function notFound(found: readonly Row[], { after }: Stretch): Damage {
  const first = found.findIndex(({ position }, at) => position !== after + 1 + at);
  const position = after + 1 + (first === -1 ? found.length : first);
  return new Damage(`the event at position ${position} is not found by its stream and version`);
}

type Row = Readonly<Record<string, SQLOutputValue>>;

function rowsOf(statement: StatementSync, { after, upTo }: Stretch): readonly Row[] {
  try {
    return statement.all(after, upTo);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unexpected failure';
    throw new Damage(`one of the events behind position ${after} cannot be read, ${why}`);
  }
}
