import { chownSync, statSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { ConfigurationError } from '../runtime/configuration.error.js';

/** Milliseconds to wait for another process that changes the file. */
const WAIT = 5_000;

const sqliteError = z.object({ errcode: z.number(), errstr: z.string() });
const SQLITE_BUSY = 5;

/**
 * Keeps every other process from changing the file until it is released or the process dies. SQLite's locks are taken
 * for that, as the system lets go of them itself: a lock file of our own would stay behind a process that was killed.
 * Throws `ConfigurationError` when it does not get it within five seconds.
 */
export function lockKeyFile(file: string): () => void {
  const lockFile = `${file}-lock`;
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(lockFile, { timeout: WAIT });
    lock.exec('BEGIN EXCLUSIVE');
    giveToOwner(lockFile, file);
  } catch (error) {
    lock?.close();
    throw refusal(file, lockFile, error);
  }
  return () => lock.close();
}

/** An administrator may be another user than the one whose file it is, and who changes it next. */
function giveToOwner(lockFile: string, file: string): void {
  const owner = statSync(file, { throwIfNoEntry: false });
  if (owner && statSync(lockFile).uid !== owner.uid) chownSync(lockFile, owner.uid, owner.gid);
}

function refusal(file: string, lockFile: string, error: unknown): unknown {
  const { data } = sqliteError.safeParse(error);
  if (!data) return error;
  const why =
    data.errcode === SQLITE_BUSY
      ? `${file} is being changed by another process`
      : `${lockFile} cannot be locked (${data.errstr})`;
  return new ConfigurationError(`DOCKET_KEYS_FILE: ${why}`);
}
