import { DatabaseSync } from 'node:sqlite';
import { EventStoreError } from '../event-store.errors.js';
import { isBusy, toEventStoreError } from './sqlite-errors.js';

/**
 * Keeps every other process, and every other store in this one, off the log until it is released or the process dies.
 * The lock is on a file beside the log, so that several threads of this process can have the log itself open.
 */
export function lockEventLog(file: string): () => void {
  let lock: DatabaseSync | undefined;
  try {
    lock = new DatabaseSync(`${file}-lock`);
    lock.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE;');
    return () => lock?.close();
  } catch (cause) {
    lock?.close();
    if (!isBusy(cause)) throw toEventStoreError(cause, file);
    const why = 'is in use by another process; one data directory serves one Docket';
    throw new EventStoreError('unavailable', `The event log ${file} ${why}.`);
  }
}
