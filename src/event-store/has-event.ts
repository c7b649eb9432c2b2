import { EventStoreError } from './event-store.errors.js';
import type { Position, ReadableEventStore } from './event-store.js';

/** Whether the log has an event at a position that is known from before: not where it is another log, or lost that event. */
export async function hasEvent(store: ReadableEventStore, position: Position): Promise<boolean> {
  try {
    await store.readAll(position, 1);
    return true;
  } catch (error) {
    if (error instanceof EventStoreError && error.code === 'position-unknown') return false;
    throw error;
  }
}
