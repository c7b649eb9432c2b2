import { rm } from 'node:fs/promises';
import { Kysely, SqliteDialect } from 'kysely';
import { z } from 'zod';
import type { Projection } from '../../projection.js';
import { prepareViews } from '../prepare-views.js';
import { StorableText } from '../storable-text.js';
import type { ProjectionLease, ViewDatabase } from '../view-database.js';
import type { ViewTables } from '../view-tables.js';
import { openNodeSqlite } from './node-sqlite.js';

/** SQLite's result codes for a file that is damaged or no database at all. */
const DAMAGED = [11, 26];

const sqliteError = z.object({ errcode: z.number() });

/** One process serves one file, so nobody takes the right away. */
const LEASE: ProjectionLease = {
  lost: new AbortController().signal,
  release: async () => {},
};

/**
 * Opens the read models in a SQLite file (or `:memory:`), up to date. Views of any other version are emptied, and a
 * damaged file is replaced: everything in it can be computed again.
 */
export async function openSqliteViews(
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
    await writer.transaction().execute((trx) => prepareViews(trx, projections, 'replace'));
  } catch (error) {
    await writer.destroy();
    throw error;
  }
  const reader = file === ':memory:' ? writer : kyselyOver(file, 'read');
  return {
    isShared: false,
    prepare: async () => {},
    read: (work) => reader.transaction().execute(work),
    write: (work) => writer.transaction().execute(work),
    tryLease: async () => LEASE,
    async close() {
      await reader.destroy();
      if (writer !== reader) await writer.destroy();
    },
  };
}

const kyselyOver = (file: string, access: 'write' | 'read'): Kysely<ViewTables> =>
  new Kysely({
    dialect: new SqliteDialect({ database: openNodeSqlite(file, access) }),
    plugins: [new StorableText()],
  });

function isDamaged(error: unknown): boolean {
  const parsed = sqliteError.safeParse(error);
  return parsed.success && DAMAGED.includes(parsed.data.errcode);
}
