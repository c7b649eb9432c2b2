import { sql } from 'kysely';
import type { Projection } from '../../projection.js';
import { prepareViews } from '../prepare-views.js';
import type { ViewDatabase } from '../view-database.js';
import type { ViewTables, ViewTransaction } from '../view-tables.js';
import { WRITE_LOCK } from './advisory-locks.js';
import { readConnectionString, type Connection } from './connection-string.js';
import { kyselyOver, translated } from './kysely-over.js';
import { isUnavailable, openError, readError, writeError } from './postgres-errors.js';
import { candidacy } from './projection-lease.js';

/** Connections for queries; as many more wait for one as come within the connect timeout. */
const MAX_READERS = 8;
/** Writers wait for each other anyway. */
const MAX_WRITERS = 2;

/**
 * Opens the read models in a PostgreSQL database that several processes may share. Where the server cannot be reached yet, tables
 * are prepared once it can be; throws `ConfigurationError` for what waiting does not mend.
 */
export async function openPostgresViews(
  connectionString: string,
  projections: readonly Projection[],
): Promise<ViewDatabase> {
  const database = viewsOver(readConnectionString(connectionString), projections);
  try {
    await database.prepare();
  } catch (error) {
    if (!isUnavailable(error)) {
      await database.close();
      throw error;
    }
  }
  return database;
}

function viewsOver(connection: Connection, projections: readonly Projection[]): ViewDatabase {
  const reader = kyselyOver<ViewTables>(connection, MAX_READERS, {
    default_transaction_read_only: 'on',
  });
  const writer = kyselyOver<ViewTables>(connection, MAX_WRITERS, {});
  const candidate = candidacy(connection);
  const write = <T>(work: (trx: ViewTransaction) => Promise<T>) =>
    writer.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(${sql.raw(WRITE_LOCK)})`.execute(trx);
      return work(trx);
    });
  const read = <T>(work: (trx: ViewTransaction) => Promise<T>) =>
    translated(readError, reader.transaction().setIsolationLevel('repeatable read').execute(work));
  return {
    isShared: true,
    prepare: () =>
      translated(
        openError,
        write((trx) => prepareViews(trx, projections, 'refuse')),
      ),
    read,
    scan: read,
    write: (work) => translated(writeError, write(work)),
    tryLease: () => translated(openError, candidate.tryLease()),
    async close() {
      await candidate.close();
      await reader.destroy();
      await writer.destroy();
    },
  };
}
