import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { SqliteDatabase, SqliteStatement } from 'kysely';

/** Statements kept prepared; Kysely hands over the same few texts again and again. */
const MAX_PREPARED = 200;

/** Milliseconds to wait for another process; short, because the whole process waits. */
const BUSY_TIMEOUT = 250;

/**
 * After a power cut the last batches may be missing, together with their checkpoints: they are applied again. 64 MiB of
 * cache (the unit is KiB) and moving 8,000 pages at a time out of the write-ahead log make replaying a third faster.
 */
const SETTINGS = [
  'journal_mode = wal',
  'synchronous = normal',
  'cache_size = -65536',
  'wal_autocheckpoint = 8000',
];

/** Opens a SQLite file (or `:memory:`) for Kysely, set up for data that can be computed again. */
export function openNodeSqlite(file: string, access: 'write' | 'read'): SqliteDatabase {
  const database = new DatabaseSync(file, { timeout: BUSY_TIMEOUT });
  try {
    const settings = access === 'read' ? ['query_only = true'] : SETTINGS;
    for (const setting of settings) database.exec(`pragma ${setting}`);
  } catch (error) {
    database.close();
    throw error;
  }
  return adapt(database);
}

function adapt(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    prepare(sql) {
      if (sql === 'rollback' && !database.isTransaction) return NOTHING_LEFT;
      const statement = prepared.get(sql) ?? adaptStatement(database.prepare(sql));
      prepared.delete(sql);
      prepared.set(sql, statement);
      dropOldest(prepared);
      return statement;
    },
    close: () => database.close(),
  };
}

/**
 * Some failures, a full disk among them, have rolled back already; that there is nothing left to roll back would be told in
 * their place.
 */
const NOTHING_LEFT: SqliteStatement = {
  reader: false,
  all: () => [],
  run: () => ({ changes: 0, lastInsertRowid: 0 }),
  iterate: () => [].values(),
};

/** A map lists its keys as they were last set, so the first is the one that was unused for longest. */
function dropOldest(prepared: Map<string, SqliteStatement>): void {
  const [oldest] = prepared.keys();
  if (prepared.size > MAX_PREPARED && oldest !== undefined) prepared.delete(oldest);
}

const adaptStatement = (statement: StatementSync): SqliteStatement => ({
  reader: statement.columns().length > 0,
  all: (parameters) => statement.all(...inputs(parameters)),
  run: (parameters) => statement.run(...inputs(parameters)),
  iterate: (parameters) => statement.iterate(...inputs(parameters)),
});

/** The tables are declared without booleans and dates, so what Kysely binds is what SQLite takes. */
const inputs = (parameters: readonly unknown[]): SQLInputValue[] => parameters as SQLInputValue[];
