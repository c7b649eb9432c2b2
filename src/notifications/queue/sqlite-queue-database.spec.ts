import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { overwriteLeaves } from '../../../test/support/views/overwrite-leaves.js';
import { DeadLetters } from './dead-letters.js';
import { FeedCheckpoints } from './feed-checkpoints.js';
import type { QueueDatabase } from './queue-database.js';
import { openSqliteQueue } from './sqlite-queue-database.js';

const NOW = new Date('2026-01-01T00:00:00.000Z');

describe('The file of the queue of webhooks', () => {
  let folder: string;
  let file: string;
  let database: QueueDatabase;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docket-queue-'));
    file = join(folder, 'webhooks.db');
    database = await openSqliteQueue(file);
  });
  afterEach(async () => {
    await database.close();
    await rm(folder, { recursive: true });
  });

  async function queue(ids: readonly string[]): Promise<void> {
    const checkpoints = new FeedCheckpoints(database);
    await checkpoints.begin(['chat'], { head: null, firstEvent: null });
    const deliveries = ids.map((id, index) => ({
      id,
      endpoint: 'chat',
      type: 'request.executed' as const,
      requestId: '019a0000-0000-7000-8000-000000000000',
      payload: 'x'.repeat(1_000),
      position: BigInt(index + 1),
    }));
    const from = new Map([['chat', null]]);
    await checkpoints.advance(
      { from, to: BigInt(ids.length), firstEvent: 'first', deliveries },
      NOW,
    );
  }

  const ids = Array.from({ length: 200 }, (_, index) => `delivery-${index}`);

  it('that has no room for more says so, and has nothing of what did not fit', async () => {
    await database.write((trx) => sql`pragma max_page_count = 1`.execute(trx));
    await expect(queue(ids)).rejects.toMatchObject({
      code: 'views-unavailable',
      message: 'The queue of webhooks cannot be used now: database or disk is full.',
    });
    const waiting = await database.read((trx) =>
      trx.selectFrom('webhook_delivery').select('id').execute(),
    );
    expect(waiting).toEqual([]);
  });

  it('in which damage shows is said to be of no use', async () => {
    await queue(ids);
    await database.close();
    await overwriteLeaves(file);
    database = await openSqliteQueue(file);
    const letters = new DeadLetters(database);
    await expect(letters.list({ limit: 10 })).rejects.toMatchObject({
      code: 'views-unavailable',
      message: 'The queue of webhooks cannot be used now: database disk image is malformed.',
    });
  });
});
