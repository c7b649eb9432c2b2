import type { StoredEvent } from '../../../src/event-store/event-store.js';
import { decode } from '../../../src/governed-request/governed-request.codec.js';
import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';

const decoded = new WeakMap<StoredEvent, RecordedEvent>();

/** Decodes an event of the log in memory: all are told of the very same one, and nothing else takes as long. */
export function decodeOnce(stored: StoredEvent): RecordedEvent {
  const known = decoded.get(stored);
  if (known) return known;
  const event = decode(stored);
  decoded.set(stored, event);
  return event;
}
