import type { StoredEvent } from '../../event-store/event-store.js';
import type { ViewTransaction } from '../database/view-tables.js';

/** A stream that a view no longer follows, because it cannot read or apply one of its events. */
export interface BrokenStream {
  readonly view: string;
  readonly stream: string;
  readonly eventId: string;
  /** Of that event, a decimal string. */
  readonly position: string;
  readonly reason: string;
}

export const brokenAt = (
  view: string,
  { stream, id, position }: Pick<StoredEvent, 'stream' | 'id' | 'position'>,
  { message }: Error,
): BrokenStream => ({
  view,
  stream,
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
