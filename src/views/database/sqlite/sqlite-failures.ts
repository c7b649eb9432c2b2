import { z } from 'zod';
import { ViewError } from '../../view-error.js';

/** SQLite's primary result codes for a file that is damaged or no database at all. */
const DAMAGED: ReadonlySet<number> = new Set([11, 26]);

/**
 * The codes for what the statement is not to blame for and may be over by itself: others have the file, no memory, the disk
 * fails, is full, or lets no file be opened.
 */
const AWAY: ReadonlySet<number> = new Set([5, 6, 7, 10, 13, 14]);

const sqliteError = z.object({ errcode: z.number() });
const words = z.object({ message: z.string() }).catch({ message: 'it failed' });

/** Whether the file cannot be trusted any more. */
export const isDamaged = (error: unknown): boolean => hasPrimaryCode(error, DAMAGED);

/** Whether the file cannot be used now, though nothing is known to be wrong with it. */
export const isAway = (error: unknown): boolean => hasPrimaryCode(error, AWAY);

/** `what` cannot be used now, and why: SQLite's own words, which name no rows. */
export const unavailable = (what: string, cause: unknown): ViewError =>
  new ViewError('views-unavailable', `${what} cannot be used now: ${words.parse(cause).message}.`, {
    cause,
  });

function hasPrimaryCode(error: unknown, codes: ReadonlySet<number>): boolean {
  const { data } = sqliteError.safeParse(error);
  // The low byte is the primary code, the others tell its variants apart.
  return data !== undefined && codes.has(data.errcode & 0xff);
}
