import type { SQLOutputValue } from 'node:sqlite';
import type { StoredEvent } from '../event-store.js';
import { Damage } from './damage.js';
import { checksumOf } from './event-checksum.js';

/** The columns of an event's row, as statements that `storedEventOf` reads select them. */
export const EVENT_COLUMNS = 'position, version, events.id, type, data, metadata, checksum';

/** The event of a row, exactly as it was written; throws `Damage` when it is not. */
export function storedEventOf(
  row: Readonly<Record<string, SQLOutputValue>>,
  stream: SQLOutputValue = row['stream'] ?? null,
): StoredEvent {
  const { position, version, id, type, data, metadata, checksum } = row;
  if (
    typeof position === 'number' &&
    typeof version === 'number' &&
    typeof stream === 'string' &&
    typeof id === 'string' &&
    typeof type === 'string' &&
    typeof data === 'string' &&
    typeof metadata === 'string' &&
    checksum === checksumOf({ stream, version, id, type, data, metadata })
  ) {
    return { id, type, data, metadata, stream, version, position: BigInt(position) };
  }
  throw new Damage(`the event at position ${String(position)} is not what was written`);
}
