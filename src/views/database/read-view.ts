import type { Projection } from '../projection.js';
import { ViewError } from '../view-error.js';
import type { ViewDatabase } from './view-database.js';
import type { ViewTransaction } from './view-tables.js';

type View = Pick<Projection, 'name' | 'version'>;
type Read<T> = (trx: ViewTransaction, position: string | null) => Promise<T>;

/**
 * Reads one view and the position that it stands at (a decimal string; null before its first event), both of one state
 * of the database. Throws `views-unavailable` when the rows are those of another version of Docket.
 */
export const readView = <T>(database: ViewDatabase, view: View, read: Read<T>): Promise<T> =>
  database.read((trx) => readAt(trx, view, read));

/** The same for what looks at many rows. */
export const scanView = <T>(database: ViewDatabase, view: View, read: Read<T>): Promise<T> =>
  database.scan((trx) => readAt(trx, view, read));

async function readAt<T>(trx: ViewTransaction, { name, version }: View, read: Read<T>): Promise<T> {
  const view = await trx
    .selectFrom('views')
    .select(['version', 'position'])
    .where('name', '=', name)
    .executeTakeFirst();
  if (view?.version !== version) {
    throw new ViewError('views-unavailable', `Another version of Docket fills the view ${name}.`);
  }
  return read(trx, view.position);
}
