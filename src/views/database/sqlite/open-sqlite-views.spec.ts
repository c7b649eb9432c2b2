import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { monitorEventLoopDelay } from 'node:perf_hooks';
import { DatabaseSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { sql } from 'kysely';
import { until } from '../../../../test/support/docket/until.js';
import { submitted } from '../../../../test/support/views/sample-events.js';
import { overwriteLeaves } from '../../../../test/support/views/overwrite-leaves.js';
import {
  append,
  openViewBench,
  rowsOf,
  type ViewBench,
} from '../../../../test/support/views/view-bench.js';
import type { Projection } from '../../projection.js';
import { PROJECTIONS } from '../../projections.js';
import { openSqliteViews } from './open-sqlite-views.js';

/** Takes half a second or so. */
const COUNTING = sql<{ readonly count: number }>`
  with recursive numbers(n) as (select 1 union all select n + 1 from numbers where n < 3000000)
  select count(*) as count from numbers`;

describe('Views in a SQLite file', () => {
  let folder: string;
  let file: string;
  let bench: ViewBench;

  const open = (projections: readonly Projection[] = PROJECTIONS, name = file) =>
    openViewBench({ projections, place: (views) => openSqliteViews(name, views) });

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docket-views-'));
    file = join(folder, 'views.db');
    bench = await open();
    await append(bench.store, randomUUID(), submitted());
  });
  afterEach(async () => {
    await bench.close();
    await rm(folder, { recursive: true, force: true });
  });

  const fill = async (): Promise<void> => {
    bench.projector.start();
    await bench.caughtUp();
  };
  const traces = async (): Promise<number> => (await rowsOf(bench.database)).traces.length;

  it('start over when a newer version of Docket laid out the file', async () => {
    await fill();
    await bench.database.write((trx) =>
      trx.updateTable('view_schema').set({ version: 99 }).execute(),
    );
    await bench.close();
    bench = await open();
    expect(await traces()).toBe(0);
  });

  it('start over when a newer version of a projection filled one', async () => {
    await bench.close();
    bench = await open(PROJECTIONS.map((view) => ({ ...view, version: 99 })));
    await append(bench.store, randomUUID(), submitted());
    await fill();
    await bench.close();
    bench = await open();
    expect(await traces()).toBe(0);
  });

  it('replace a file that is damaged or no database', async () => {
    await bench.close();
    await writeFile(file, 'no database at all, but long enough to be looked at'.repeat(100));
    bench = await open();
    expect(await traces()).toBe(0);
  });

  it.each([
    ['while it is read', (view: ViewBench) => rowsOf(view.database)],
    ['while it is filled', (view: ViewBench) => append(view.store, randomUUID(), submitted())],
  ])('replace a file in which damage shows %s, and are filled anew', async (_, meet) => {
    for (let count = 0; count < 300; count += 1) {
      await append(bench.store, randomUUID(), submitted());
    }
    await fill();
    const { store } = bench;
    await bench.projector.stop();
    await bench.database.close();
    await overwriteLeaves(file);
    bench = await openViewBench({ store, place: (views) => openSqliteViews(file, views) });
    await fill();
    await Promise.resolve(meet(bench)).catch(() => {});
    await until(async () => {
      const rows = await rowsOf(bench.database).catch(() => null);
      return rows !== null && rows.traces.length >= 301 && rows.facts.length === rows.traces.length;
    });
  });

  it('leave the event loop alone while many rows are looked at', async () => {
    const began = performance.now();
    const pauses = monitorEventLoopDelay({ resolution: 5 });
    pauses.enable();
    const counted = await bench.database.scan((trx) => COUNTING.execute(trx));
    pauses.disable();
    const took = performance.now() - began;
    expect(counted.rows).toEqual([{ count: 3_000_000 }]);
    expect(pauses.max / 1e6).toBeLessThan(took / 2);
  });

  it('tell why they cannot be opened', async () => {
    const missing = join(folder, 'missing', 'views.db');
    await expect(open(PROJECTIONS, missing)).rejects.toMatchObject({
      code: 'views-unavailable',
      message: `The file of the read models, ${missing}, cannot be used now: unable to open database file.`,
    });
  });

  it('tell why a transaction failed also where SQLite has rolled it back already', async () => {
    const failing = bench.database.write(async (trx) => {
      await sql`create table once (id integer primary key)`.execute(trx);
      await sql`insert into once values (1)`.execute(trx);
      await sql`insert or rollback into once values (1)`.execute(trx);
    });
    await expect(failing).rejects.toThrow('UNIQUE constraint failed: once.id');
  });

  it('say that there is no room for more, keep what they have, and go on once there is', async () => {
    await fill();
    const allow = (pages: number) =>
      bench.database.write((trx) => sql`pragma max_page_count = ${sql.lit(pages)}`.execute(trx));
    // Less than there are: none more.
    await allow(1);
    for (let count = 0; count < 300; count += 1) {
      await append(bench.store, randomUUID(), submitted());
    }
    await until(() => bench.reports.some(({ type }) => type === 'projecting-failed'));
    const [first] = bench.reports.filter((report) => report.type === 'projecting-failed');
    expect(first?.error).toMatchObject({
      code: 'views-unavailable',
      message: 'The database of the read models cannot be used now: database or disk is full.',
    });
    expect(await traces()).toBeGreaterThan(0);
    await allow(1_000_000);
    await bench.caughtUp();
    expect(await traces()).toBe(301);
  });

  it('wait while another process holds the file, and miss nothing', async () => {
    const other = new DatabaseSync(file);
    other.exec('begin immediate');
    bench.projector.start();
    while (bench.reports.length === 0) await sleep(5);
    other.exec('rollback');
    other.close();
    await bench.caughtUp();
    expect(await traces()).toBe(1);
  });
});
