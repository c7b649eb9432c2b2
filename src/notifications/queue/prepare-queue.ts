import { sql } from 'kysely';
import { ConfigurationError } from '../../runtime/configuration.error.js';
import type { QueueTransaction } from './queue-tables.js';

/** How the tables grew: forward only, one step a version, never changed once released. They are never emptied. */
const migrations: readonly ((trx: QueueTransaction) => Promise<void>)[] = [createQueue];

/** Brings the tables to this version; throws `ConfigurationError` for those of a newer one. */
export async function prepareQueue(trx: QueueTransaction): Promise<void> {
  const version = await storedVersion(trx);
  if (version > migrations.length) {
    throw new ConfigurationError(
      `A newer Docket has written the queue of webhooks (version ${version}, this one knows ${migrations.length}); start that version`,
    );
  }
  for (const step of migrations.slice(version)) await step(trx);
  await trx.updateTable('webhook_schema').set({ version: migrations.length }).execute();
}

async function storedVersion(trx: QueueTransaction): Promise<number> {
  await trx.schema
    .createTable('webhook_schema')
    .ifNotExists()
    .addColumn('version', 'integer', (column) => column.notNull())
    .execute();
  const row = await trx.selectFrom('webhook_schema').select('version').executeTakeFirst();
  if (row) return row.version;
  await trx.insertInto('webhook_schema').values({ version: 0 }).execute();
  return 0;
}

async function createQueue(trx: QueueTransaction): Promise<void> {
  await trx.schema
    .createTable('webhook_feed')
    .addColumn('endpoint', 'text', (column) => column.primaryKey())
    .addColumn('position', 'text')
    .addColumn('first_event', 'text')
    .addColumn('gone', 'text')
    .execute();
  await trx.schema
    .createTable('webhook_delivery')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('endpoint', 'text', (column) => column.notNull())
    .addColumn('type', 'text', (column) => column.notNull())
    .addColumn('request_id', 'text', (column) => column.notNull())
    .addColumn('payload', 'text', (column) => column.notNull())
    .addColumn('queued_at', 'text', (column) => column.notNull())
    .addColumn('due_at', 'text', (column) => column.notNull())
    .addColumn('attempts', 'integer', (column) => column.notNull())
    .addColumn('tried_at', 'text')
    .addColumn('failure', 'text')
    .addColumn('status', 'integer')
    .addColumn('dead_at', 'text')
    .execute();
  await trx.schema
    .createIndex('webhook_delivery_due')
    .on('webhook_delivery')
    .columns(['endpoint', 'due_at', 'id'])
    .where(sql.ref('dead_at'), 'is', null)
    .execute();
  await trx.schema
    .createIndex('webhook_delivery_dead')
    .on('webhook_delivery')
    .columns(['dead_at', 'id'])
    .where(sql.ref('dead_at'), 'is not', null)
    .execute();
  await indexCounts(trx);
}

/**
 * What is counted at every scrape, and listed for one endpoint, out of an index: an endpoint that is down gathers hundreds of thousands. SQLite looks into the row for
 * each column that is not in the index, even for one that is null by its condition.
 */
async function indexCounts(trx: QueueTransaction): Promise<void> {
  await trx.schema
    .createIndex('webhook_delivery_pending')
    .on('webhook_delivery')
    .columns(['endpoint', 'queued_at', 'dead_at'])
    .where(sql.ref('dead_at'), 'is', null)
    .execute();
  await trx.schema
    .createIndex('webhook_delivery_dead_of_endpoint')
    .on('webhook_delivery')
    .columns(['endpoint', 'dead_at', 'id'])
    .where(sql.ref('dead_at'), 'is not', null)
    .execute();
}
