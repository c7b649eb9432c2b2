import { createHash } from 'node:crypto';
import type { StoredEvent } from '../../event-store/event-store.js';
import { storable } from '../database/storable-text.js';
import type { ViewTransaction } from '../database/view-tables.js';

/** A stream that a view no longer follows, because it cannot read or apply one of its events. */
export interface BrokenStream {
  readonly view: string;
  /** See `storedName`. */
  readonly stream: string;
  readonly eventId: string;
  /** Of that event, a decimal string. */
  readonly position: string;
  readonly reason: string;
}

/** PostgreSQL indexes no text beyond 2,704 bytes; the name of a governed request's stream has 52 characters. */
const LONGEST_NAME = 200;

/** The stream's name; for one that no database can keep, or index, a name that stands for it alone. */
export function storedName(stream: string): string {
  if (stream.length <= LONGEST_NAME && storable(stream) === stream) return stream;
  const digest = createHash('sha256').update(JSON.stringify(stream)).digest('hex');
  return `${storable(stream.slice(0, LONGEST_NAME))}…${digest}`;
}

export const brokenAt = (
  view: string,
  { stream, id, position }: Pick<StoredEvent, 'stream' | 'id' | 'position'>,
  { message }: Error,
): BrokenStream => ({
  view,
  stream: storedName(stream),
  eventId: id,
  position: position.toString(),
  reason: message,
});

export async function readBrokenStreams(trx: ViewTransaction): Promise<readonly BrokenStream[]> {
  const rows = await trx.selectFrom('broken_streams').selectAll().execute();
  return rows.map(({ event_id: eventId, ...row }) => ({ ...row, eventId }));
}

export async function addBrokenStreams(
  trx: ViewTransaction,
  broken: readonly BrokenStream[],
): Promise<void> {
  if (broken.length === 0) return;
  const rows = broken.map(({ eventId, ...row }) => ({ ...row, event_id: eventId }));
  await trx.insertInto('broken_streams').values(rows).execute();
}

/** Resolves to whether it was still there: another process may have been first. */
export async function removeBrokenStream(
  trx: ViewTransaction,
  { view, stream }: BrokenStream,
): Promise<boolean> {
  const { numDeletedRows } = await trx
    .deleteFrom('broken_streams')
    .where('view', '=', view)
    .where('stream', '=', stream)
    .executeTakeFirst();
  return numDeletedRows > 0n;
}
