import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { submitted } from '../../../test/support/views/sample-events.js';
import {
  append,
  openViewBench,
  rowsOf,
  type ViewBench,
} from '../../../test/support/views/view-bench.js';
import { createInMemoryEventStore } from '../../event-store/in-memory/in-memory-event-store.js';
import type { Projection } from '../projection.js';
import { PROJECTIONS as projections } from '../projections.js';
import { readSnapshot } from './view-database.js';

describe("The views' database", () => {
  const store = createInMemoryEventStore();
  const id = randomUUID();
  let folder: string;
  let file: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docket-views-'));
    file = join(folder, 'views.db');
    if ((await store.head()) === null) await append(store, id, submitted());
    await closing(await openViewBench({ store, file }), async (bench) => {
      bench.projector.start();
      await bench.caughtUp();
    });
  });
  afterEach(() => rm(folder, { recursive: true, force: true }));

  /** How many rows each view holds when the file is opened again. */
  const reopened = async (views: readonly Projection[] = projections): Promise<number[]> => {
    const bench = await openViewBench({ store, file, projections: views });
    return closing(bench, async ({ database }) => {
      const rows = (await rowsOf(database)) as Record<'traces' | 'queue' | 'facts', unknown[]>;
      return [rows.traces, rows.queue, rows.facts].map(({ length }) => length);
    });
  };

  it('keeps the rows of the same version', async () => {
    expect(await reopened()).toEqual([1, 1, 1]);
  });

  it('empties the one view whose projection has another version, newer or older', async () => {
    for (const version of [2, 1]) {
      const [trace, ...others] = projections;
      expect(await reopened([{ ...trace!, version }, ...others])).toEqual([0, 1, 1]);
      const bench = await openViewBench({
        store,
        file,
        projections: [{ ...trace!, version }, ...others],
      });
      await closing(bench, async () => {
        bench.projector.start();
        await bench.caughtUp();
      });
      expect(await reopened([{ ...trace!, version }, ...others])).toEqual([1, 1, 1]);
    }
  });

  it('starts over when a newer version of Docket laid out the file', async () => {
    await closing(await openViewBench({ store, file }), async ({ database }) => {
      await database.writer.updateTable('view_schema').set({ version: 99 }).execute();
    });
    expect(await reopened()).toEqual([0, 0, 0]);
  });

  it('replaces a file that is damaged or no database', async () => {
    await writeFile(file, 'no database at all, but long enough to be looked at'.repeat(100));
    expect(await reopened()).toEqual([0, 0, 0]);
  });

  it('tells why it cannot be opened', async () => {
    await expect(openViewBench({ file: join(folder, 'missing', 'views.db') })).rejects.toThrow(
      'unable to open database file',
    );
  });

  it('reads one state while another is written, and never writes while reading', async () => {
    await closing(await openViewBench({ store, file }), async ({ database }) => {
      await database.writer.transaction().execute(async (trx) => {
        await trx.deleteFrom('request_trace').execute();
        const seen = await readSnapshot(database, (reading) =>
          reading.selectFrom('request_trace').select('id').execute(),
        );
        expect(seen).toEqual([{ id }]);
      });
      await expect(database.reader.deleteFrom('request_trace').execute()).rejects.toThrow(
        'readonly',
      );
    });
  });
});

async function closing<T>(bench: ViewBench, use: (bench: ViewBench) => Promise<T>): Promise<T> {
  try {
    return await use(bench);
  } finally {
    await bench.close();
  }
}
