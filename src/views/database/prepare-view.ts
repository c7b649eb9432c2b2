import type { Projection } from '../projection.js';
import type { ViewTransaction } from './view-tables.js';

/** Makes sure that the view's tables were filled by this version of its projection, or are empty. */
export async function prepareView(trx: ViewTransaction, projection: Projection): Promise<void> {
  const view = await trx
    .selectFrom('views')
    .select('version')
    .where('name', '=', projection.name)
    .executeTakeFirst();
  if (view?.version !== projection.version) await emptyView(trx, projection);
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
