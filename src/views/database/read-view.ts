import type { Projection } from '../projection.js';
import { ViewError } from '../view-error.js';
import type { ViewDatabase } from './view-database.js';
import type { ViewTransaction } from './view-tables.js';

/**
 * Reads one view and the position that it stands at (a decimal string; null before its first event), both of one state
 * of the database. Throws `views-unavailable` when the rows are those of another version of Docket.
 */
export const readView = <T>(
  database: ViewDatabase,
  { name, version }: Pick<Projection, 'name' | 'version'>,
  read: (trx: ViewTransaction, position: string | null) => Promise<T>,
): Promise<T> =>
  database.read(async (trx) => {
    const view = await trx
      .selectFrom('views')
      .select(['version', 'position'])
      .where('name', '=', name)
      .executeTakeFirst();
    if (view?.version !== version) {
      throw new ViewError('views-unavailable', `Another version of Docket fills the view ${name}.`);
    }
    return read(trx, view.position);
  });
