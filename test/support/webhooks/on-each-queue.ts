import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe } from '@jest/globals';
import { openPostgresQueue } from '../../../src/notifications/queue/postgres-queue-database.js';
import type { QueueDatabase } from '../../../src/notifications/queue/queue-database.js';
import { openSqliteQueue } from '../../../src/notifications/queue/sqlite-queue-database.js';
import { onPostgres } from '../views/on-each-database.js';

/** Opens one queue as often as there are processes that share it; it is closed after the test. */
export type OpenQueue = () => Promise<QueueDatabase>;

/** Runs a suite on every database that the queue of webhooks may be kept in; `place` makes one with nothing in it. */
export function onEachQueue(
  title: string,
  suite: (place: () => Promise<OpenQueue>, isShared: boolean) => void,
): void {
  describe(`${title}, in SQLite`, () => {
    let folder: string;
    let files = 0;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'docket-queue-'));
    });
    afterAll(() => rm(folder, { recursive: true }));
    const place = closingAfterEach(async () => {
      const file = join(folder, `${(files += 1)}.db`);
      return () => openSqliteQueue(file);
    });
    suite(place, false);
  });
  describe(`${title}, in PostgreSQL`, () => {
    const { server } = onPostgres();
    const place = closingAfterEach(async () => {
      const address = await server().freshSchema();
      return () => openPostgresQueue(address);
    });
    suite(place, true);
  });
}

function closingAfterEach(place: () => Promise<OpenQueue>): () => Promise<OpenQueue> {
  const opened = new Set<QueueDatabase>();
  afterEach(async () => {
    for (const database of opened) await database.close();
    opened.clear();
  });
  return async () => {
    const open = await place();
    return async () => {
      const database = await open();
      opened.add(database);
      return {
        ...database,
        close: async () => void (opened.delete(database) && (await database.close())),
      };
    };
  };
}
