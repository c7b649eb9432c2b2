import type { DatabaseSync } from 'node:sqlite';
import { EventStoreError } from '../event-store.errors.js';

/** Up to this size the whole file is checked at every start: it takes well under a second. */
const FULL_CHECK_BYTES = 64 * 1024 * 1024;

/** Of a larger log, this many of the latest events are checked: where a crash or a bad copy would show. */
const TAIL_EVENTS = 10_000;

/** Throws `unavailable` when the log is visibly damaged. */
export function checkEventLog(db: DatabaseSync, file: string): void {
  const found = sizeOf(db) <= FULL_CHECK_BYTES ? (quickCheck(db) ?? checkTail(db)) : checkTail(db);
  if (found === undefined) return;
  throw new EventStoreError('unavailable', `The event log ${file} is damaged: ${found}.`);
}

function quickCheck(db: DatabaseSync): string | undefined {
  const answer = db.prepare('PRAGMA quick_check(1)').get()?.['quick_check'];
  return answer === 'ok' ? undefined : String(answer);
}

/** Positions count without a gap, and each event is found by its stream and version. */
function checkTail(db: DatabaseSync): string | undefined {
  const { head, found } =
    db
      .prepare(
        `WITH head AS (SELECT coalesce(max(position), 0) AS position FROM events)
         SELECT head.position AS head,
           (SELECT count(*) FROM events AS event
              JOIN events AS indexed INDEXED BY sqlite_autoindex_events_1
                ON indexed.stream = event.stream AND indexed.version = event.version
              JOIN streams ON streams.id = event.stream
              WHERE event.position > head.position - ${TAIL_EVENTS}
                AND indexed.position = event.position) AS found
         FROM head`,
      )
      .get() ?? {};
  const expected = Math.min(Number(head), TAIL_EVENTS);
  return found === expected
    ? undefined
    : `of the last ${expected} events ${Number(found)} are in place`;
}

function sizeOf(db: DatabaseSync): number {
  const pages = db.prepare('PRAGMA page_count').get()?.['page_count'];
  const pageSize = db.prepare('PRAGMA page_size').get()?.['page_size'];
  return Number(pages) * Number(pageSize);
}
