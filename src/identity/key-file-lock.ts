import { DatabaseSync } from 'node:sqlite';
import { ConfigurationError } from '../runtime/configuration.error.js';

/** Milliseconds to wait for another process that changes the file. */
const WAIT = 5_000;

/**
 * Keeps every other process from changing the file until it is released or the process dies. SQLite's locks are taken
 * for that, as the system lets go of them itself: a lock file of our own would stay behind a process that was killed.
 * Throws `ConfigurationError` when it does not get it within five seconds.
 */
export function lockKeyFile(file: string): () => void {
  const lock = new DatabaseSync(`${file}-lock`, { timeout: WAIT });
  try {
    lock.exec('BEGIN EXCLUSIVE');
  } catch {
    lock.close();
    throw new ConfigurationError(`DOCKET_KEYS_FILE: ${file} is being changed by another process`);
  }
  return () => lock.close();
}
