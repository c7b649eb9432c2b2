import { join } from 'node:path';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { decode, STREAM_PREFIX } from '../../src/governed-request/governed-request.codec.js';
import type { Streams } from '../replicas/support/event-log.js';

const MORE_THAN_ALL = 100_000;

/** The events of every request, as the data directory of a stopped service holds them. */
export async function readStreams(directory: string): Promise<Streams> {
  const store = await openSqliteEventStore(join(directory, 'events.db'));
  const events = await store.readAll(null, MORE_THAN_ALL);
  await store.close();
  const ofRequests = events.filter(({ stream }) => stream.startsWith(STREAM_PREFIX));
  return Map.groupBy(ofRequests.map(decode), ({ requestId }) => requestId);
}
