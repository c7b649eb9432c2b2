import { randomUUID } from 'node:crypto';
import { beforeEach, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { onEachDatabase } from '../../../test/support/views/on-each-database.js';
import { classified, submitted } from '../../../test/support/views/sample-events.js';
import {
  append,
  rowsOf,
  type ViewBench,
  type ViewPlace,
} from '../../../test/support/views/view-bench.js';
import type { ViewTransaction } from './view-tables.js';
import { createInMemoryEventStore } from '../../event-store/in-memory/in-memory-event-store.js';
import type { EventStore } from '../../event-store/event-store.js';
import type { Projection } from '../projection.js';
import { PROJECTIONS as projections } from '../projections.js';
import { RequestTraceQuery } from '../request-trace/request-trace.query.js';

onEachDatabase("The views' database", ({ open, place, runs }) => {
  let store: EventStore;
  let at: ViewPlace;
  const id = randomUUID();

  beforeEach(async () => {
    store = createInMemoryEventStore();
    at = await place();
    await append(store, id, submitted());
    await closing(await open({ store, place: at }), filled);
  });

  /** How many rows each view holds when the place is opened again. */
  const reopened = async (views: readonly Projection[] = projections): Promise<number[]> =>
    closing(await open({ store, place: at, projections: views }), async ({ database }) => {
      const { traces, queue, facts } = await rowsOf(database);
      return [traces, queue, facts].map(({ length }) => length);
    });

  it('keeps the rows of the same version', async () => {
    expect(await reopened()).toEqual([1, 1, 1]);
  });

  it('empties the one view whose projection has a newer version', async () => {
    const [trace, ...others] = projections;
    const newer = [{ ...trace!, version: trace!.version + 1 }, ...others];
    expect(await reopened(newer)).toEqual([0, 1, 1]);
    await closing(await open({ store, place: at, projections: newer }), filled);
    expect(await reopened(newer)).toEqual([1, 1, 1]);
  });

  it('shows no rows of another version, as it cannot know what they mean', async () => {
    await closing(await open({ store, place: at }), async (bench) => {
      await bench.database.write((trx) =>
        trx.updateTable('views').set({ version: 99 }).where('name', '=', 'request-trace').execute(),
      );
      const traces = new RequestTraceQuery(bench.database);
      await expect(traces.get(id)).rejects.toMatchObject({ code: 'views-unavailable' });
      await expect(traces.list({ limit: 1 })).rejects.toMatchObject({ code: 'views-unavailable' });
      const [status] = await bench.projector.status();
      expect(status).toMatchObject({ view: 'request-trace', isCaughtUp: false, position: null });
    });
  });

  it('reads one state while another is written, and never writes while reading', async () => {
    await closing(await open({ store, place: at }), async ({ database }) => {
      await database.write(async (trx) => {
        await trx.deleteFrom('request_trace').execute();
        const { traces } = await rowsOf(database);
        expect(traces).toHaveLength(1);
      });
      for (const access of ['read', 'scan'] as const) {
        const deleting = database[access]((trx) => trx.deleteFrom('approval_queue').execute());
        await expect(deleting).rejects.toThrow(/readonly|does not answer/);
      }
      const { traces, queue } = await rowsOf(database);
      expect([traces, queue].map(({ length }) => length)).toEqual([0, 1]);
    });
  });

  it.each(['read', 'scan'] as const)(
    'has a %s see one state from its first row to its last',
    async (access) => {
      await closing(await open({ store, place: at }), async ({ database }) => {
        const facts = (trx: ViewTransaction) => trx.selectFrom('risk_fact').select('id').execute();
        const seen = await database[access](async (trx) => {
          const before = await facts(trx);
          await database.write((write) => write.deleteFrom('risk_fact').execute());
          return [before, await facts(trx)];
        });
        expect(seen.map(({ length }) => length)).toEqual([1, 1]);
        expect((await rowsOf(database)).facts).toEqual([]);
      });
    },
  );

  it('keeps nothing of a transaction that fails', async () => {
    await closing(await open({ store, place: at }), async ({ database }) => {
      const failing = database.write(async (trx) => {
        await trx.deleteFrom('request_trace').execute();
        throw new RangeError('stop');
      });
      await expect(failing).rejects.toThrow(RangeError);
      expect((await rowsOf(database)).traces).toHaveLength(1);
    });
  });

  it('keeps texts that nobody should have written, and finds them again', async () => {
    const parts = fc.constantFrom(
      '\0',
      '\uD800',
      '\uDFFF',
      '\uFFFD',
      '😀',
      'a',
      "'",
      '\\',
      '%',
      'ſ',
    );
    const anything = fc.array(parts, { minLength: 1, maxLength: 6 }).map((units) => units.join(''));
    await closing(await open(), async (bench) => {
      bench.projector.start();
      const traces = new RequestTraceQuery(bench.database);
      await fc.assert(
        fc.asyncProperty(anything, anything, anything, async (person, word, category) => {
          const request = randomUUID();
          const content = {
            kind: 'tool',
            tool: word,
            action: word,
            args: { [word]: word },
          } as const;
          const asked = submitted({ content, requester: person, onBehalfOf: word, agent: word });
          const policy = { name: category, digest: 'e'.repeat(64) };
          await append(bench.store, request, asked, classified({ category, reason: word, policy }));
          await bench.caughtUp();
          const filter = { requester: person, onBehalfOf: word, agent: word, tool: word };
          const found = await traces.list({ ...filter, category, policy: category, limit: 500 });
          const wanted = found.items.find((trace) => trace.id === request);
          expect(wanted).toMatchObject({
            requester: person,
            content,
            classification: { category },
          });
        }),
        { numRuns: 4 * runs(40) },
      );
      expect(bench.reports).toEqual([]);
    });
  });

  it('gives the same rows as every other database, whatever was written', async () => {
    const person = 'nul \0, half \uD83D, whole 😀';
    const events = [submitted({ requester: person }), classified({ category: 'x\0'.repeat(400) })];
    const rows = await closing(await open(), async (bench) => {
      await append(bench.store, id, ...events);
      await filled(bench);
      return rowsOf(bench.database);
    });
    const kept = 'nul \uFFFD, half \uFFFD, whole 😀';
    expect(rows.traces).toMatchObject([{ requester: kept, category: 'x\uFFFD'.repeat(128) }]);
    expect(rows.facts).toMatchObject([{ requester: kept, category: 'x\uFFFD'.repeat(400) }]);
    expect(JSON.parse(rows.traces[0]!.trace)).toMatchObject({ requester: person });
  });

  it('leaves streams whose names no database can keep, each once', async () => {
    await closing(await open(), async (bench) => {
      for (const name of ['nul \0', 'nul \uFFFD', 'x'.repeat(5_000)]) {
        await append(bench.store, name, submitted());
      }
      await append(bench.store, id, submitted());
      await filled(bench);
      for (const name of ['nul \0', 'x'.repeat(5_000)]) {
        await append(bench.store, name, classified());
      }
      await bench.caughtUp();
      await bench.projector.stop();
      await filled(bench);
      const { broken, traces, facts } = await rowsOf(bench.database);
      expect(broken).toHaveLength(3 * projections.length);
      expect(new Set(bench.reports.map(({ type }) => type))).toEqual(new Set(['stream-broken']));
      expect([traces, facts].map(({ length }) => length)).toEqual([1, 1]);
    });
  });
});

async function filled(bench: ViewBench): Promise<void> {
  bench.projector.start();
  await bench.caughtUp();
}

async function closing<T>(bench: ViewBench, use: (bench: ViewBench) => Promise<T>): Promise<T> {
  try {
    return await use(bench);
  } finally {
    await bench.close();
  }
}
