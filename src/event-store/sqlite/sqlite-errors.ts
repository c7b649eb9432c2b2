import { z } from 'zod';
import { Damage } from './damage.js';
import { EventStoreError, type EventStoreErrorCode } from '../event-store.errors.js';

/** SQLite's primary result codes: another connection has the file; no room; broken pages; no database at all. */
const SQLITE_BUSY = 5;
const SQLITE_FULL = 13;
const SQLITE_CORRUPT = 11;
const SQLITE_NOTADB = 26;

const sqliteError = z.object({
  code: z.literal('ERR_SQLITE_ERROR'),
  errcode: z.number(),
  errstr: z.string(),
});

/** What SQLite could not do, as an `EventStoreError`; one that is already is passed on, a damaged file is `damaged`. */
export function toEventStoreError(
  cause: unknown,
  file: string,
  code: EventStoreErrorCode = 'unavailable',
): EventStoreError {
  if (cause instanceof EventStoreError) return cause;
  if (cause instanceof Damage) return damaged(file, cause.message, cause);
  const { success, data } = sqliteError.safeParse(cause);
  const why = success ? data.errstr : (systemCode(cause) ?? 'unexpected failure');
  if (isDamagedFile(cause)) return damaged(file, why, cause);
  return new EventStoreError(code, `The event log ${file} failed: ${why}.`, { cause });
}

const systemCode = (cause: unknown): string | undefined =>
  cause instanceof Error ? (cause as NodeJS.ErrnoException).code : undefined;

const damaged = (file: string, what: string, cause: unknown): EventStoreError =>
  new EventStoreError('damaged', `The event log ${file} is damaged: ${what}.`, { cause });

/** Whether the file is none that SQLite made, or not any more. */
export const isDamagedFile = (cause: unknown): boolean =>
  hasPrimaryCode(cause, SQLITE_CORRUPT, SQLITE_NOTADB);

/** Whether another process (or another store in this one) has the file. */
export const isBusy = (cause: unknown): boolean => hasPrimaryCode(cause, SQLITE_BUSY);

/** Whether there is no room for more. */
export const isFull = (cause: unknown): boolean => hasPrimaryCode(cause, SQLITE_FULL);

function hasPrimaryCode(cause: unknown, ...codes: readonly number[]): boolean {
  const { success, data } = sqliteError.safeParse(cause);
  // The low byte is the primary code, the others tell its variants apart.
  return success && codes.includes(data.errcode & 0xff);
}
