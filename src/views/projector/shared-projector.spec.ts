import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { arbitraryHistory, type History } from '../../../test/support/views/arbitrary-history.js';
import { onPostgres } from '../../../test/support/views/on-each-database.js';
import { submitted } from '../../../test/support/views/sample-events.js';
import {
  append,
  openViewBench,
  record,
  rowsOf,
  type ViewBench,
  type ViewBenchOptions,
  type ViewPlace,
} from '../../../test/support/views/view-bench.js';
import type { EventStore } from '../../event-store/event-store.js';
import { createInMemoryEventStore } from '../../event-store/in-memory/in-memory-event-store.js';
import type { ViewDatabase } from '../database/view-database.js';
import { PROJECTIONS } from '../projections.js';

describe('Projectors that share a database', () => {
  const { server, benches } = onPostgres();
  let store: EventStore;
  let place: ViewPlace;
  const opened: ViewBench[] = [];

  beforeEach(async () => {
    store = createInMemoryEventStore();
    place = await benches.place();
  });
  afterEach(async () => {
    for (const bench of opened.splice(0)) await bench.close();
  });

  const replica = async (options: ViewBenchOptions = {}): Promise<ViewBench> => {
    const bench = await openViewBench({ store, place, ...options });
    opened.push(bench);
    bench.projector.start();
    return bench;
  };
  /** Two replicas, the first of which fills the views. */
  const pair = async (options?: ViewBenchOptions): Promise<readonly [ViewBench, ViewBench]> => {
    const first = await replica(options);
    await until(() => first.projector.isProjecting);
    return [first, await replica()];
  };
  /** The rows that anybody would get who replays the log. */
  const expected = async (): Promise<object> => {
    const replayed = await openViewBench({ store });
    await replayed.projector.rebuild();
    const rows = await rowsOf(replayed.database);
    await replayed.close();
    return rows;
  };
  const terminate = (which: string): Promise<unknown> =>
    server().query(`select pg_terminate_backend(pid) from pg_stat_activity
      where application_name = 'docket' and ${which}`);
  const HOLDS_LEASE = `pid in (select pid from pg_locks
    where locktype = 'advisory' and granted and classid = 1685021548)`;

  it('take turns: one fills the views, and every one shows what was written soon after', async () => {
    const [first, second] = await pair();
    const waits: number[] = [];
    for (let count = 0; count < 10; count += 1) {
      const id = randomUUID();
      await append(store, id, submitted());
      const begun = performance.now();
      await second.projector.waitFor((await store.head())!, 5_000);
      waits.push(performance.now() - begun);
      const { traces } = await rowsOf(second.database);
      expect(traces.map((trace) => trace.id)).toContain(id);
    }
    expect(waits.toSorted((a, b) => a - b)[5]).toBeLessThan(300);
    expect([first, second].map(({ projector }) => projector.isProjecting)).toEqual([true, false]);
    const head = (await store.head())!;
    expect(second.projector.position('risk-report')).toBe(head);
    expect(await second.projector.status()).toEqual(await first.projector.status());
  });

  it('know where the views stand also while nobody asks', async () => {
    const [, second] = await pair();
    await append(store, randomUUID(), submitted());
    const head = await store.head();
    await until(() => second.projector.position('approval-queue') === head);
  });

  it('take over when the one that filled the views stops', async () => {
    const [first, second] = await pair();
    await append(store, randomUUID(), submitted());
    await second.caughtUp();
    await first.close();
    opened.shift();
    await append(store, randomUUID(), submitted());
    await second.caughtUp();
    expect(second.projector.isProjecting).toBe(true);
    expect(second.reports).toEqual([{ type: 'lease-taken' }]);
    expect(await rowsOf(second.database)).toEqual(await expected());
  });

  it('take over when its connection is lost, which it notices', async () => {
    const [first, second] = await pair();
    await terminate(HOLDS_LEASE);
    await until(() => first.reports.length > 0);
    expect(first.reports).toEqual([{ type: 'lease-lost' }]);
    await until(() => first.projector.isProjecting || second.projector.isProjecting);
    await append(store, randomUUID(), submitted());
    await Promise.all([first.caughtUp(), second.caughtUp()]);
    expect([first, second].filter(({ projector }) => projector.isProjecting)).toHaveLength(1);
  });

  it('apply nothing twice when the right is stolen in the middle of a batch', async () => {
    const applying = Promise.withResolvers<void>();
    const stolen = Promise.withResolvers<void>();
    const [trace, ...others] = PROJECTIONS;
    const slow: typeof trace = {
      ...trace!,
      async apply(trx, events) {
        await trace!.apply(trx, events);
        if (second.projector.position('request-trace') === null) return;
        applying.resolve();
        await stolen.promise;
      },
    };
    const [first, second] = await pair({ projections: [slow, ...others] });
    await append(store, randomUUID(), submitted());
    await second.caughtUp();
    await record(store, someHistory(2));
    await applying.promise;
    await terminate(HOLDS_LEASE);
    await until(() => second.projector.isProjecting);
    await sleep(100);
    expect((await rowsOf(second.database)).traces).toHaveLength(1);
    stolen.resolve();
    await Promise.all([first.caughtUp(), second.caughtUp()]);
    expect(await rowsOf(second.database)).toEqual(await expected());
  });

  it('apply nothing twice and leave nothing out even if all fill the views at once', async () => {
    const everybody: ViewPlace = async (projections) => withoutLease(await place(projections));
    const replicas = await Promise.all([1, 2, 3].map(() => replica({ place: everybody })));
    await record(store, someHistory(5));
    await Promise.all(replicas.map((bench) => bench.caughtUp()));
    expect(replicas.every(({ projector }) => projector.isProjecting)).toBe(true);
    expect(await rowsOf(replicas[0]!.database)).toEqual(await expected());
  });

  it('lose nothing and double nothing while connections are cut again and again', async () => {
    const replicas = await Promise.all([1, 2, 3].map(() => replica()));
    const history = someHistory(8);
    const recording = record(slowed(store), history);
    for (let round = 0; round < 8; round += 1) {
      await sleep(100);
      await terminate(['true', HOLDS_LEASE, 'random() < 0.5'][round % 3]!);
    }
    await recording;
    await Promise.all(replicas.map((bench) => bench.caughtUp()));
    expect(replicas.flatMap(({ reports }) => reports).length).toBeGreaterThan(0);
    expect(await rowsOf(replicas[0]!.database)).toEqual(await expected());
  });

  it('go on where they were when the server crashed and came back', async () => {
    const [first, second] = await pair();
    const recording = record(slowed(store), someHistory(8));
    await sleep(200);
    await server().crash();
    await until(() => [first, second].every(({ reports }) => reports.length > 0));
    await server().restart();
    await recording;
    await Promise.all([first.caughtUp(), second.caughtUp()]);
    expect(await rowsOf(second.database)).toEqual(await expected());
  });

  it('fill views again that one of them emptied, with no event to wake them', async () => {
    const [first, second] = await pair();
    await record(store, someHistory(1));
    await first.caughtUp();
    const before = await rowsOf(first.database);
    await second.projector.rebuild();
    expect(await rowsOf(first.database)).toEqual(before);
  });
});

/** About fifteen events a part, each part behind the one before. */
function someHistory(parts: number): History {
  const histories = fc.sample(
    arbitraryHistory().filter(({ order }) => order.length > 5),
    parts,
  );
  return histories.reduce((all, { requests, order }) => ({
    requests: [...all.requests, ...requests],
    order: [...all.order, ...order.map((index) => index + all.requests.length)],
  }));
}

/** As if nobody asked who may fill the views. */
const withoutLease = (database: ViewDatabase): ViewDatabase => ({
  ...database,
  tryLease: async () => ({ lost: new AbortController().signal, release: async () => {} }),
});

/** Events come one by one, so that many batches are written. */
const slowed = (store: EventStore): EventStore => ({
  ...store,
  append: async (...args) => {
    await sleep(5);
    return store.append(...args);
  },
});

async function until(condition: () => boolean): Promise<void> {
  const due = Date.now() + 15_000;
  while (!condition()) {
    if (Date.now() > due) throw new Error('It never came to that.');
    await sleep(10);
  }
}
