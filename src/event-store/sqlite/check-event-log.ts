import type { DatabaseSync } from 'node:sqlite';
import { Damage } from './damage.js';
import { lastPosition, verifyEvents, verifyIndex } from './verify-events.js';

/** Up to this size (400,000 events of 630 bytes) the whole log is checked before it is opened: some three seconds. */
export const CHECKED_AT_START = 256 * 1024 * 1024;

/** Of a larger log, this many of the latest events are checked first: where a crash or a bad copy would show. */
const TAIL_EVENTS = 10_000;

/** Throws `Damage` when pages, events or indexes are not what was written, as far as that is looked for at start. */
export function checkEventLog(db: DatabaseSync, atStart = CHECKED_AT_START): void {
  const isWhole = isCheckedAtStart(db, atStart);
  if (isWhole) checkPages(db);
  exhaust(isWhole ? checkWhole(db) : checkTail(db));
  verifyIndex(db);
}

/** Whether the log is small enough that its whole is checked before it is opened. */
export const isCheckedAtStart = (db: DatabaseSync, atStart = CHECKED_AT_START): boolean =>
  sizeOf(db) <= atStart;

/** The whole log as it stands when this begins, in slices that each return soon; throws `Damage` with the place. */
export const checkWhole = (db: DatabaseSync): Generator<void, void> =>
  verifyEvents(db, { after: 0, upTo: lastPosition(db) });

/** Throws `Damage` when a page is no part of a sound database; what texts say is not looked at. */
export function checkPages(db: DatabaseSync): void {
  const found = String(db.prepare('PRAGMA quick_check(1)').get()?.['quick_check']);
  if (found !== 'ok') throw new Damage(found.replaceAll(/\s+/g, ' '));
}

function checkTail(db: DatabaseSync): Generator<void, void> {
  const upTo = lastPosition(db);
  return verifyEvents(db, { after: Math.max(0, upTo - TAIL_EVENTS), upTo });
}

function exhaust(slices: Iterable<void>): void {
  for (const _ of slices);
}

function sizeOf(db: DatabaseSync): number {
  const pages = db.prepare('PRAGMA page_count').get()?.['page_count'];
  const pageSize = db.prepare('PRAGMA page_size').get()?.['page_size'];
  return Number(pages) * Number(pageSize);
}
