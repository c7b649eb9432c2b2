import { DatabaseSync } from 'node:sqlite';
import { EventStoreError } from '../event-store.errors.js';
import { isBusy, isDamagedFile, toEventStoreError } from './sqlite-errors.js';

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
    if (isDamagedFile(cause)) throw unusable(file);
    if (!isBusy(cause)) throw toEventStoreError(cause, file);
    const why = 'is in use by another process; one data directory serves one Docket';
    throw new EventStoreError('unavailable', `The event log ${file} ${why}.`);
  }
}

/** It holds nothing, and says nothing of the log. */
const unusable = (file: string): EventStoreError =>
  new EventStoreError(
    'unavailable',
    `The file ${file}-lock is not the one that Docket made; it holds nothing: remove it while no Docket runs here.`,
  );
