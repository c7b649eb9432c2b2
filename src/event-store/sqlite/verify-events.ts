import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { Damage } from './damage.js';
import { EVENT_COLUMNS, storedEventOf } from './stored-row.js';

/** Events read at a time: about half a millisecond. */
const SLICE_EVENTS = 250;

/** Stretch of the log: behind one position, up to another. */
interface Stretch {
  readonly after: number;
  readonly upTo: number;
}

/**
 * Compares every event of a stretch with its checksum, and whether it is found by its stream's name and its version, in slices
 * that each return soon. Throws `Damage` with the place, or what SQLite says of a page it cannot read.
 */
export function* verifyEvents(db: DatabaseSync, { after, upTo }: Stretch): Generator<void, void> {
  const slice = db.prepare(
    `SELECT ${EVENT_COLUMNS}, name AS stream,
       (SELECT found.checksum FROM streams AS named INDEXED BY sqlite_autoindex_streams_1
          CROSS JOIN events AS found INDEXED BY sqlite_autoindex_events_1
          ON found.stream = named.id AND found.version = events.version
        WHERE named.name = streams.name) AS found
     FROM events LEFT JOIN streams ON streams.id = events.stream
     WHERE position > ? AND position <= ? ORDER BY position LIMIT ${SLICE_EVENTS}`,
  );
  for (let last = after; last < upTo; yield) last = verifySlice(slice, { after: last, upTo });
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

/** Returns the position of its last event; positions count without a gap. */
function verifySlice(slice: StatementSync, { after, upTo }: Stretch): number {
  let last = after;
  for (const row of rowsOf(slice, { after, upTo })) {
    if (row['position'] !== last + 1) throw new Damage(`there is no event at position ${last + 1}`);
    storedEventOf(row);
    last += 1;
    if (row['found'] !== row['checksum']) {
      throw new Damage(`the event at position ${last} is not found by its stream and version`);
    }
  }
  if (last === after) throw new Damage(`there is no event at position ${last + 1}`);
  return last;
}

function rowsOf(slice: StatementSync, { after, upTo }: Stretch) {
  try {
    return slice.all(after, upTo);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unexpected failure';
    throw new Damage(`one of the events behind position ${after} cannot be read, ${why}`);
  }
}
