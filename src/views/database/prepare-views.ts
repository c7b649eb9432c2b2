import type { Projection } from '../projection.js';
import { migrate, type OnNewer } from './migrations.js';
import { NewerViews } from './newer-views.js';
import type { ViewTransaction } from './view-tables.js';

/** Makes sure that all tables are those of this version, and each view filled by this version of its projection or empty. */
export async function prepareViews(
  trx: ViewTransaction,
  projections: readonly Projection[],
  onNewer: OnNewer,
): Promise<void> {
  await migrate(trx, onNewer);
  for (const projection of projections) await prepareView(trx, projection, onNewer);
}

async function prepareView(
  trx: ViewTransaction,
  projection: Projection,
  onNewer: OnNewer,
): Promise<void> {
  const { name, version } = projection;
  const view = await trx
    .selectFrom('views')
    .select('version')
    .where('name', '=', name)
    .executeTakeFirst();
  if (view && view.version > version && onNewer === 'refuse') {
    throw new NewerViews(`the view ${name}`, view.version, version);
  }
  if (view?.version !== version) await emptyView(trx, projection);
}

/** Drops and creates the view's tables, with no event applied. */
export async function emptyView(trx: ViewTransaction, projection: Projection): Promise<void> {
  const { name, version } = projection;
  await projection.drop(trx);
  await projection.create(trx);
  await trx.deleteFrom('broken_streams').where('view', '=', name).execute();
  await trx.deleteFrom('views').where('name', '=', name).execute();
  await trx
    .insertInto('views')
    .values({ name, version, position: null, first_event: null, batches: 0 })
    .execute();
}
