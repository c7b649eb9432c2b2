import { Kysely, sql } from 'kysely';
import pg from 'pg';
import type { Projection } from '../../projection.js';
import { prepareViews } from '../prepare-views.js';
import { StorableText } from '../storable-text.js';
import type { ViewDatabase } from '../view-database.js';
import type { ViewTables, ViewTransaction } from '../view-tables.js';
import { WRITE_LOCK } from './advisory-locks.js';
import { readConnectionString, type Connection } from './connection-string.js';
import { isUnavailable, openError, readError, writeError } from './postgres-errors.js';
import { candidacy } from './projection-lease.js';
import { beginSession, clientSettings, type SessionSettings } from './session.js';
import { ViewDialect } from './view-dialect.js';

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
  const reader = kyselyOver(connection, MAX_READERS, { default_transaction_read_only: 'on' });
  const writer = kyselyOver(connection, MAX_WRITERS, {});
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

function kyselyOver(
  connection: Connection,
  max: number,
  settings: SessionSettings,
): Kysely<ViewTables> {
  // The pool waits for it and drops the connection where it fails; the declared type does not say so.
  const onConnect = (client: pg.ClientBase): unknown => beginSession(client, settings);
  const pool = new pg.Pool({ ...clientSettings(connection), max, onConnect });
  // As with the connections themselves; the pool has dropped this one already.
  pool.on('error', () => {});
  return new Kysely({ dialect: new ViewDialect({ pool }), plugins: [new StorableText()] });
}

async function translated<T>(translate: (error: unknown) => unknown, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    throw translate(error);
  }
}
