import { NewerViews } from './newer-views.js';
import type { ViewTables, ViewTransaction } from './view-tables.js';

/**
 * What becomes of views that a newer Docket filled: in a file of one process they are replaced, as everything in them can be
 * computed again; in a shared database they are in use.
 */
export type OnNewer = 'replace' | 'refuse';

/**
 * The tables every view needs, as they grew: forward only, one step a version, never changed once released.
 * The tables of the views themselves are their projections' own and are dropped and filled anew instead.
 */
const migrations: readonly ((trx: ViewTransaction) => Promise<void>)[] = [createBookkeeping];

const BOOKKEEPING = [
  'views',
  'broken_streams',
  'view_schema',
] as const satisfies (keyof ViewTables)[];

/** Brings the tables to this version; throws `NewerViews` where those of a newer one are not replaced. */
export async function migrate(trx: ViewTransaction, onNewer: OnNewer): Promise<void> {
  const version = await storedVersion(trx);
  if (version > migrations.length && onNewer === 'refuse') {
    throw new NewerViews('these tables', version, migrations.length);
  }
  const missing = version > migrations.length ? await startOver(trx) : migrations.slice(version);
  for (const step of missing) await step(trx);
  await trx.updateTable('view_schema').set({ version: migrations.length }).execute();
}

async function storedVersion(trx: ViewTransaction): Promise<number> {
  await trx.schema
    .createTable('view_schema')
    .ifNotExists()
    .addColumn('version', 'integer', (column) => column.notNull())
    .execute();
  const row = await trx.selectFrom('view_schema').select('version').executeTakeFirst();
  if (row) return row.version;
  await trx.insertInto('view_schema').values({ version: 0 }).execute();
  return 0;
}

async function startOver(trx: ViewTransaction): Promise<typeof migrations> {
  for (const table of BOOKKEEPING) await trx.schema.dropTable(table).ifExists().execute();
  await storedVersion(trx);
  return migrations;
}

async function createBookkeeping(trx: ViewTransaction): Promise<void> {
  await trx.schema
    .createTable('views')
    .addColumn('name', 'text', (column) => column.primaryKey())
    .addColumn('version', 'integer', (column) => column.notNull())
    .addColumn('position', 'text')
    .addColumn('first_event', 'text')
    .addColumn('batches', 'bigint', (column) => column.notNull())
    .execute();
  await trx.schema
    .createTable('broken_streams')
    .addColumn('view', 'text', (column) => column.notNull())
    .addColumn('stream', 'text', (column) => column.notNull())
    .addColumn('event_id', 'text', (column) => column.notNull())
    .addColumn('position', 'text', (column) => column.notNull())
    .addColumn('reason', 'text', (column) => column.notNull())
    .addPrimaryKeyConstraint('broken_streams_key', ['view', 'stream'])
    .execute();
}
