import { EventStoreError } from '../event-store/event-store.errors.js';
import { Problem } from '../http/problem.js';

/** Passes on what was read; a position that is not an event's becomes a problem that names its parameter. */
export async function knownPosition<T>(parameter: string, read: Promise<T>): Promise<T> {
  try {
    return await read;
  } catch (error) {
    if (!(error instanceof EventStoreError) || error.code !== 'position-unknown') throw error;
    const errors = [{ path: parameter, message: 'expected the position of an event' }];
    throw new Problem('invalid-position', error.message, { errors });
  }
}
