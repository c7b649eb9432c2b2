import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe } from '@jest/globals';
import { openPostgresViews } from '../../../src/views/database/postgresql/open-postgres-views.js';
import { openSqliteViews } from '../../../src/views/database/sqlite/open-sqlite-views.js';
import { startPostgres, type TestPostgres } from '../postgresql/test-postgres.js';
import {
  openViewBench,
  type ViewBench,
  type ViewBenchOptions,
  type ViewPlace,
} from './view-bench.js';

/** Views in one kind of database. */
export interface ViewBenches {
  /** A place of its own, with nothing in it. */
  readonly place: () => Promise<ViewPlace>;
  /** Opens views, in a place of their own unless one is named. */
  readonly open: (options?: ViewBenchOptions) => Promise<ViewBench>;
  /** How often a property is tried that opens views each time: less often where that takes a tenth of a second. */
  readonly runs: (count: number) => number;
}

/** Runs a suite on every database that views may be kept in, each a real one; the differences between them are nobody's to see. */
export function onEachDatabase(title: string, suite: (benches: ViewBenches) => void): void {
  describe(`${title}, in SQLite`, () => {
    let folder: string;
    let files = 0;
    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'docket-views-'));
    });
    afterAll(() => rm(folder, { recursive: true, force: true }));
    suite({
      open: openViewBench,
      runs: (count) => count,
      async place() {
        const file = join(folder, `${(files += 1)}.db`);
        return (projections) => openSqliteViews(file, projections);
      },
    });
  });
  describe(`${title}, in PostgreSQL`, () => {
    suite(onPostgres().benches);
  });
}

/** Views on a PostgreSQL server that runs as long as the suite around this call. */
export function onPostgres(): {
  readonly server: () => TestPostgres;
  readonly benches: ViewBenches;
} {
  let server: TestPostgres;
  beforeAll(async () => {
    server = await startPostgres();
  }, INSTALL_TIMEOUT);
  afterAll(() => server.close());
  const place = async (): Promise<ViewPlace> => {
    const address = await server.freshSchema();
    return (projections) => openPostgresViews(address, projections);
  };
  const open = async (options: ViewBenchOptions = {}) =>
    openViewBench({ ...options, place: options.place ?? (await place()) });
  const runs = (count: number) => Math.ceil(count / 4);
  return { server: () => server, benches: { place, open, runs } };
}

/** The first run installs PostgreSQL. */
const INSTALL_TIMEOUT = 300_000;
