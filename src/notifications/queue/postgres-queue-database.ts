import { sql } from 'kysely';
import { WEBHOOK_LOCK } from '../../views/database/postgresql/advisory-locks.js';
import { readConnectionString } from '../../views/database/postgresql/connection-string.js';
import { kyselyOver, translated } from '../../views/database/postgresql/kysely-over.js';
import {
  isUnavailable,
  openError,
  writeError,
} from '../../views/database/postgresql/postgres-errors.js';
import { prepareQueue } from './prepare-queue.js';
import type { QueueDatabase } from './queue-database.js';
import type { QueueTables, QueueTransaction } from './queue-tables.js';

const MAX_CONNECTIONS = 3;

/**
 * Keeps the queue beside the views in PostgreSQL, for all replicas. While the server cannot be reached every call throws
 * `views-unavailable`; tables are prepared once it can be. Throws `ConfigurationError` for what waiting does not mend.
 */
export async function openPostgresQueue(connectionString: string): Promise<QueueDatabase> {
  const queue = queueOver(connectionString);
  try {
    await queue.prepare();
  } catch (error) {
    if (!isUnavailable(error)) {
      await queue.close();
      throw error;
    }
  }
  return queue;
}

function queueOver(connectionString: string): QueueDatabase {
  const connection = readConnectionString(connectionString);
  const db = kyselyOver<QueueTables>(connection, MAX_CONNECTIONS, {});
  const write = <T>(work: (trx: QueueTransaction) => Promise<T>) =>
    db.transaction().execute(async (trx) => {
      await sql`select pg_advisory_xact_lock(${sql.raw(WEBHOOK_LOCK)})`.execute(trx);
      return work(trx);
    });
  const read = <T>(work: (trx: QueueTransaction) => Promise<T>) =>
    db.transaction().setIsolationLevel('repeatable read').execute(work);
  return {
    prepare: () => translated(openError, write(prepareQueue)),
    read: (work) => translated(writeError, read(work)),
    write: (work) => translated(writeError, write(work)),
    flush: async () => {},
    close: () => db.destroy(),
  };
}
