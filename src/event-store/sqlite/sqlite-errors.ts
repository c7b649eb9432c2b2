import { z } from 'zod';
import { EventStoreError, type EventStoreErrorCode } from '../event-store.errors.js';

/** SQLite's primary result code for a file that another connection holds. */
const SQLITE_BUSY = 5;

const sqliteError = z.object({
  code: z.literal('ERR_SQLITE_ERROR'),
  errcode: z.number(),
  errstr: z.string(),
});

/** What SQLite could not do, as an `EventStoreError`; one that is already is passed on. */
export function toEventStoreError(
  cause: unknown,
  file: string,
  code: EventStoreErrorCode = 'unavailable',
): EventStoreError {
  if (cause instanceof EventStoreError) return cause;
  const { success, data } = sqliteError.safeParse(cause);
  const why = success ? data.errstr : 'unexpected failure';
  return new EventStoreError(code, `The event log ${file} failed: ${why}.`, { cause });
}

/** Whether another process (or another store in this one) has the file. */
export function isBusy(cause: unknown): boolean {
  const { success, data } = sqliteError.safeParse(cause);
  // The low byte is the primary code, the others tell its variants apart.
  return success && (data.errcode & 0xff) === SQLITE_BUSY;
}
