import { z } from 'zod';
import type { NewEvent, StoredEvent } from '../event-store.js';

/** An event as the client takes it: it writes `JSON.stringify(data)`, so only values go in, never text. */
export interface ProposedEvent {
  readonly id: string;
  readonly type: string;
  readonly data: unknown;
  readonly metadata: unknown;
}

/** The stored bytes are those of the given text, which was validated to be as `JSON.stringify` writes it. */
export const proposeEvent = ({ id, type, data, metadata }: NewEvent): ProposedEvent => ({
  id,
  type,
  data: JSON.parse(data) as unknown,
  metadata: JSON.parse(metadata) as unknown,
});

const record = z.object({
  id: z.string(),
  streamId: z.string(),
  revision: z.bigint(),
  type: z.string(),
  data: z.unknown(),
  metadata: z.unknown(),
  position: z.object({ commit: z.bigint() }),
});

/** An event as the client hands it out, as it was written; throws when it lacks what every record has. */
export function storedEventOf(recorded: unknown): StoredEvent {
  const { id, streamId, revision, type, data, metadata, position } = record.parse(recorded);
  return {
    id,
    type,
    data: textOf(data),
    metadata: metadata === undefined ? '{}' : textOf(metadata),
    stream: streamId,
    version: Number(revision),
    position: position.commit,
  };
}

/** The client hands out parsed JSON, and bytes where it found none. */
const textOf = (value: unknown): string =>
  value instanceof Uint8Array ? Buffer.from(value).toString('utf8') : JSON.stringify(value);
