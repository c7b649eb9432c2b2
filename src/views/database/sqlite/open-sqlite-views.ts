import { rm } from 'node:fs/promises';
import { Kysely, SqliteDialect, type Dialect } from 'kysely';
import type { Projection } from '../../projection.js';
import { ViewError } from '../../view-error.js';
import { prepareViews } from '../prepare-views.js';
import { StorableText } from '../storable-text.js';
import type { ProjectionLease, ViewDatabase } from '../view-database.js';
import type { ViewTables, ViewTransaction } from '../view-tables.js';
import { openNodeSqlite } from './node-sqlite.js';
import { ScanDialect } from './scan-dialect.js';
import { isAway, isDamaged, unavailable } from './sqlite-failures.js';
import { startScanner } from './start-scanner.js';

/** The file cannot be trusted any more. */
export class DamagedViews extends ViewError {
  constructor(cause?: unknown) {
    super('views-unavailable', 'The read models are damaged and will be filled anew.', { cause });
  }
}

/** The connections to one file; in memory they are one. */
interface Connections {
  readonly writer: Kysely<ViewTables>;
  readonly reader: Kysely<ViewTables>;
  /** On a thread of its own. */
  readonly scanner: Kysely<ViewTables>;
}

type Work<T> = (trx: ViewTransaction) => Promise<T>;

/**
 * Opens the read models in a SQLite file (or `:memory:`), up to date. Views of any other version are emptied, and a
 * damaged file is replaced, now or as soon as the damage is met: everything in it can be computed again. Throws
 * `views-unavailable` where the file cannot be used.
 */
export async function openSqliteViews(
  file: string,
  projections: readonly Projection[],
): Promise<SqliteViews> {
  try {
    return await openOrReplace(file, projections);
  } catch (error) {
    throw isAway(error) ? unavailable(`The file of the read models, ${file},`, error) : error;
  }
}

async function openOrReplace(
  file: string,
  projections: readonly Projection[],
): Promise<SqliteViews> {
  try {
    return await openSoundViews(file, projections);
  } catch (error) {
    if (file === ':memory:' || !(error instanceof DamagedViews)) throw error;
    await removeFile(file);
    return openSoundViews(file, projections);
  }
}

/** The same for a file that others have open, so that it cannot be replaced; throws `DamagedViews`. */
export async function openSoundViews(
  file: string,
  projections: readonly Projection[],
): Promise<SqliteViews> {
  try {
    return new SqliteViews(file, projections, await openFile(file, projections));
  } catch (error) {
    throw isDamaged(error) ? new DamagedViews(error) : error;
  }
}

/** The read models in one file. */
export class SqliteViews implements ViewDatabase {
  readonly isShared = false;
  #isDamaged = false;
  #lost = new AbortController();

  constructor(
    private readonly file: string,
    private readonly projections: readonly Projection[],
    private connections: Connections,
  ) {}

  /** Replaces a file that turned out to be damaged. */
  async prepare(): Promise<void> {
    if (!this.#isDamaged) return;
    await this.close();
    await removeFile(this.file);
    this.connections = await openFile(this.file, this.projections);
    this.#isDamaged = false;
  }

  read<T>(work: Work<T>): Promise<T> {
    return this.#run(({ reader }) => reader.transaction().execute(work));
  }

  scan<T>(work: Work<T>): Promise<T> {
    return this.#run(({ scanner }) => scanner.transaction().execute(work));
  }

  write<T>(work: Work<T>): Promise<T> {
    return this.#run(({ writer }) => writer.transaction().execute(work));
  }

  /** One process serves one file, so nobody takes the right away; it ends with the file. */
  async tryLease(): Promise<ProjectionLease> {
    if (this.#isDamaged) throw new DamagedViews();
    this.#lost = new AbortController();
    return { lost: this.#lost.signal, release: async () => {} };
  }

  /** Damage was met over another connection: as soon as the views are filled again, the file is replaced. */
  markDamaged(): void {
    this.#isDamaged = true;
    // Whoever fills the views begins anew, and has the file replaced before.
    this.#lost.abort();
  }

  async close(): Promise<void> {
    const { reader, scanner, writer } = this.connections;
    for (const connection of new Set([scanner, reader, writer])) await connection.destroy();
  }

  async #run<T>(work: (connections: Connections) => Promise<T>): Promise<T> {
    if (this.#isDamaged) throw new DamagedViews();
    const { connections } = this;
    try {
      return await work(connections);
    } catch (cause) {
      if (isDamaged(cause)) this.markDamaged();
      if (this.#isDamaged || connections !== this.connections) throw new DamagedViews(cause);
      throw isAway(cause) ? unavailable('The database of the read models', cause) : cause;
    }
  }
}

async function openFile(file: string, projections: readonly Projection[]): Promise<Connections> {
  const writer = kyselyOver(file, 'write');
  try {
    await writer.transaction().execute((trx) => prepareViews(trx, projections, 'replace'));
  } catch (error) {
    await writer.destroy();
    throw error;
  }
  if (file === ':memory:') return { writer, reader: writer, scanner: writer };
  const scanner = kyselyOf(new ScanDialect(startScanner(file)));
  return { writer, reader: kyselyOver(file, 'read'), scanner };
}

async function removeFile(file: string): Promise<void> {
  for (const suffix of ['', '-wal', '-shm']) await rm(`${file}${suffix}`, { force: true });
}

const kyselyOver = (file: string, access: 'write' | 'read'): Kysely<ViewTables> =>
  kyselyOf(new SqliteDialect({ database: openNodeSqlite(file, access) }));

const kyselyOf = (dialect: Dialect): Kysely<ViewTables> =>
  new Kysely({ dialect, plugins: [new StorableText()] });
