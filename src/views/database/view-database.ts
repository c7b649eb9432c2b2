import { rm } from 'node:fs/promises';
import { Kysely, SqliteDialect } from 'kysely';
import { z } from 'zod';
import type { Projection } from '../projection.js';
import { prepareView } from './prepare-view.js';
import { migrate } from './migrations.js';
import { openNodeSqlite } from './node-sqlite.js';
import type { ViewDatabase, ViewTables, ViewTransaction } from './view-tables.js';

/** SQLite's result codes for a file that is damaged or no database at all. */
const DAMAGED = [11, 26];

const sqliteError = z.object({ errcode: z.number() });

/**
 * Opens the read models in a SQLite file (or `:memory:`), brings its tables up to date, and empties the views whose
 * rows another version of their projection wrote. A damaged file is replaced: everything in it can be computed again.
 */
export async function openViewDatabase(
  file: string,
  projections: readonly Projection[],
): Promise<ViewDatabase> {
  try {
    return await openFile(file, projections);
  } catch (error) {
    if (file === ':memory:' || !isDamaged(error)) throw error;
    for (const suffix of ['', '-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
    return openFile(file, projections);
  }
}

async function openFile(file: string, projections: readonly Projection[]): Promise<ViewDatabase> {
  const writer = kyselyOver(file, 'write');
  try {
    await writer.transaction().execute(async (trx) => {
      await migrate(trx);
      for (const projection of projections) await prepareView(trx, projection);
    });
  } catch (error) {
    await writer.destroy();
    throw error;
  }
  const reader = file === ':memory:' ? writer : kyselyOver(file, 'read');
  return {
    writer,
    reader,
    async close() {
      await reader.destroy();
      if (writer !== reader) await writer.destroy();
    },
  };
}

const kyselyOver = (file: string, access: 'write' | 'read'): Kysely<ViewTables> =>
  new Kysely({ dialect: new SqliteDialect({ database: openNodeSqlite(file, access) }) });

function isDamaged(error: unknown): boolean {
  const parsed = sqliteError.safeParse(error);
  return parsed.success && DAMAGED.includes(parsed.data.errcode);
}

/** Runs `read` on one state of the database, so that rows and position belong together. */
export const readSnapshot = <T>(
  database: ViewDatabase,
  read: (trx: ViewTransaction) => Promise<T>,
): Promise<T> => database.reader.transaction().setIsolationLevel('repeatable read').execute(read);
