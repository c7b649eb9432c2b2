import type { StoredEvent } from '../../event-store/event-store.js';

/** What a reader is given at once, unless a single event is larger. */
const PIECE = 65_536;

/** Characters of an event, nearly. */
export const sizeOf = ({ data, metadata }: StoredEvent): number => data.length + metadata.length;

/** As many of the first events as are held for one reader at a time: 64 KiB, or one. */
export function firstPiece(events: readonly StoredEvent[]): readonly StoredEvent[] {
  let size = 0;
  const end = events.findIndex((event) => (size += sizeOf(event)) > PIECE);
  return end === -1 ? events : events.slice(0, Math.max(1, end));
}
