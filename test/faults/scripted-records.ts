import type { StoredEvent } from '../../src/event-store/event-store.js';
import type { LogRecord } from '../support/eventstoredb/scripted-log.js';

/** What a scripted server holds of the streams whose names begin so. */
export const recordsOf = (
  { records }: { readonly records: readonly LogRecord[] },
  streamPrefix: string,
): readonly StoredEvent[] =>
  records.filter(({ stream }) => stream.startsWith(streamPrefix)).map(storedEventOf);

const storedEventOf = (record: LogRecord): StoredEvent => ({
  id: record.id,
  stream: record.stream,
  version: record.revision,
  type: record.type,
  data: Buffer.from(record.data).toString('utf8'),
  metadata: Buffer.from(record.metadata).toString('utf8'),
  position: record.position,
});
