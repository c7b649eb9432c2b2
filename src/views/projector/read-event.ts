import type { StoredEvent } from '../../event-store/event-store.js';
import {
  decode,
  STREAM_PREFIX,
  UnreadableEvent,
} from '../../governed-request/governed-request.codec.js';
import type { RecordedEvent } from '../../governed-request/recorded-event.js';

/** A stored event and what could be read of it: null where the stream is none of Docket's. */
export interface ReadEvent {
  readonly stored: StoredEvent;
  readonly read: RecordedEvent | UnreadableEvent | null;
}

/** Reads an event without ever throwing for what somebody wrote. */
export function readEvent(stored: StoredEvent): ReadEvent {
  if (!stored.stream.startsWith(STREAM_PREFIX)) return { stored, read: null };
  try {
    return { stored, read: decode(stored) };
  } catch (error) {
    if (error instanceof UnreadableEvent) return { stored, read: error };
    throw error;
  }
}
