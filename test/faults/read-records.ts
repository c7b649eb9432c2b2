import { EventStoreDBClient, FORWARDS, START } from '@eventstore/db-client';
import { z } from 'zod';
import type { StoredEvent } from '../../src/event-store/event-store.js';

const resolved = z.object({
  event: z.object({
    id: z.string(),
    streamId: z.string(),
    revision: z.bigint(),
    type: z.string(),
    data: z.unknown(),
    metadata: z.unknown(),
    position: z.object({ commit: z.bigint() }),
  }),
});

/** What a server holds of the streams whose names begin so, read by a client of its own and not by the adapter. */
export async function readRecords(
  connectionString: string,
  streamPrefix: string,
): Promise<readonly StoredEvent[]> {
  const client = EventStoreDBClient.connectionString(connectionString);
  const records: StoredEvent[] = [];
  try {
    for await (const each of client.readAll({ direction: FORWARDS, fromPosition: START })) {
      if (each.event?.streamId.startsWith(streamPrefix)) records.push(storedEventOf(each));
    }
  } finally {
    await client.dispose();
  }
  return records;
}

function storedEventOf(each: unknown): StoredEvent {
  const { event } = resolved.parse(each);
  const { id, streamId, revision, type, data, metadata, position } = event;
  return {
    id,
    stream: streamId,
    version: Number(revision),
    type,
    data: JSON.stringify(data),
    metadata: JSON.stringify(metadata),
    position: position.commit,
  };
}
