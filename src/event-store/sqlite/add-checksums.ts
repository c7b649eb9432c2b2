import type { DatabaseSync } from 'node:sqlite';
import { z } from 'zod';
import { checksumOf } from './event-checksum.js';

const CHUNK = 1_000;

const oldRow = z.object({
  position: z.int(),
  stream: z.string(),
  version: z.int(),
  id: z.string(),
  type: z.string(),
  data: z.string(),
  metadata: z.string(),
});

/** Brings a log of schema 1 to schema 2: every event gets the checksum of what stands there now. */
export function addChecksums(db: DatabaseSync): void {
  db.exec('BEGIN; ALTER TABLE events ADD COLUMN checksum INTEGER NOT NULL DEFAULT 0;');
  const next = db.prepare(
    `SELECT position, name AS stream, version, events.id, type, data, metadata
     FROM events JOIN streams ON streams.id = events.stream
     WHERE position > ? ORDER BY position LIMIT ${CHUNK}`,
  );
  const update = db.prepare('UPDATE events SET checksum = ? WHERE position = ?');
  let last = 0;
  for (let rows = next.all(last); rows.length > 0; rows = next.all(last)) {
    for (const { position, ...event } of rows.map((row) => oldRow.parse(row))) {
      update.run(checksumOf(event), position);
      last = position;
    }
  }
  db.exec('PRAGMA user_version = 2; COMMIT;');
}
