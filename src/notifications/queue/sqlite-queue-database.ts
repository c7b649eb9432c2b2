import { Kysely, sql, SqliteDialect, type SqliteDatabase } from 'kysely';
import { ConfigurationError } from '../../runtime/configuration.error.js';
import { openNodeSqlite } from '../../views/database/sqlite/node-sqlite.js';
import { isAway, isDamaged, unavailable } from '../../views/database/sqlite/sqlite-failures.js';
import { StorableText } from '../../views/database/storable-text.js';
import { prepareQueue } from './prepare-queue.js';
import type { QueueDatabase } from './queue-database.js';
import type { QueueTables } from './queue-tables.js';

/**
 * Keeps the queue in a SQLite file of its own (or `:memory:`), of one process. A power cut may take the last commits with it, rows and
 * checkpoint together: those events are queued again, or delivered twice. Throws `ConfigurationError` where the file cannot be used.
 */
export async function openSqliteQueue(file: string): Promise<QueueDatabase> {
  const db = new Kysely<QueueTables>({
    dialect: new SqliteDialect({ database: opened(file) }),
    plugins: [new StorableText()],
  });
  const prepare = () => db.transaction().execute(prepareQueue);
  try {
    await prepare();
  } catch (error) {
    await db.destroy();
    throw unusable(file, error);
  }
  return {
    prepare,
    read: (work) => told(db.transaction().execute(work)),
    write: (work) => told(db.transaction().execute(work)),
    flush: async () => void (await sql`pragma wal_checkpoint(full)`.execute(db)),
    close: () => db.destroy(),
  };
}

/** As with PostgreSQL: whoever asked learns that the queue cannot be used now, damaged or not. */
async function told<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (error) {
    const isFile = isAway(error) || isDamaged(error);
    throw isFile ? unavailable('The queue of webhooks', error) : error;
  }
}

function opened(file: string): SqliteDatabase {
  try {
    return openNodeSqlite(file, 'write');
  } catch (error) {
    throw unusable(file, error);
  }
}

/** Unlike a view it cannot be computed again: what becomes of it is the operator's to say. */
const unusable = (file: string, error: unknown): unknown =>
  error instanceof ConfigurationError
    ? error
    : new ConfigurationError(
        `The queue of webhooks, ${file}, cannot be used (${String(error)}); restore it, or move it away: then nothing that is in it is delivered`,
      );
