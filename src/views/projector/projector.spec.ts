import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { arbitraryHistory, type History } from '../../../test/support/views/arbitrary-history.js';
import { onEachDatabase } from '../../../test/support/views/on-each-database.js';
import {
  append,
  openViewBench,
  record,
  rowsOf,
  type ViewBench,
  type ViewBenchOptions,
} from '../../../test/support/views/view-bench.js';
import { executed, submitted, started } from '../../../test/support/views/sample-events.js';
import { createInMemoryEventStore } from '../../event-store/in-memory/in-memory-event-store.js';
import { openSqliteEventStore } from '../../event-store/sqlite/sqlite-event-store.js';
import type { Projection } from '../projection.js';
import { requestTraceProjection } from '../request-trace/request-trace.projection.js';
import { riskReportProjection } from '../risk-report/risk-report.projection.js';
import { PROJECTIONS as projections } from '../projections.js';

/** Enough requests that several batches of the store are needed. */
const someHistory = (requests: number): History =>
  fc.sample(arbitraryHistory(requests), { numRuns: 1, seed: 7 })[0]!;

onEachDatabase('The projector', ({ place, open: openBench, runs }) => {
  let folder: string;
  const opened: ViewBench[] = [];
  const open = async (options: ViewBenchOptions = {}): Promise<ViewBench> => {
    const bench = await openBench(options);
    opened.push(bench);
    return bench;
  };

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docket-views-'));
  });
  afterEach(async () => {
    for (const bench of opened.splice(0)) await bench.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('gives identical rows after a rebuild from zero, of one view and of all', async () => {
    await fc.assert(
      fc.asyncProperty(arbitraryHistory(), async (history) => {
        const bench = await openBench();
        const { store, database, projector } = bench;
        await record(store, history);
        projector.start();
        await bench.caughtUp();
        const before = await rowsOf(database);
        await projector.rebuild('risk-report');
        expect(await rowsOf(database)).toEqual(before);
        await projector.rebuild();
        expect(await rowsOf(database)).toEqual(before);
        await bench.close();
      }),
      { numRuns: runs(30) },
    );
  });

  it('gives the same rows whether it follows live or replays, wherever batches end', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryHistory(),
        fc.infiniteStream(fc.boolean()),
        async (history, pauses) => {
          const live = await openBench();
          live.projector.start();
          await recordWithPauses(live, history, pauses);
          await live.caughtUp();
          const replayed = await openBench({ store: live.store });
          replayed.projector.start();
          await replayed.caughtUp();
          expect(await rowsOf(live.database)).toEqual(await rowsOf(replayed.database));
          await live.close();
          await replayed.close();
        },
      ),
      { numRuns: runs(30) },
    );
  });

  it('goes on after a restart with what it has, and applies nothing twice', async () => {
    const store = await openSqliteEventStore(join(folder, 'events.db'));
    const at = await place();
    const applied: string[] = [];
    const counting = noting(applied);
    const first = await openBench({ store, place: at, projections: [counting] });
    await record(store, someHistory(10));
    first.projector.start();
    await first.caughtUp();
    await first.close();
    const late = randomUUID();
    await append(store, late, submitted());
    const second = await open({ store, place: at, projections: [counting] });
    second.projector.start();
    await second.caughtUp();
    const logged = (await store.readAll(null, 10_000)).map(({ id }) => id);
    expect(applied).toEqual(logged);
    await second.projector.stop();
    await store.close();
  });

  it('applies to other views nothing again while one is rebuilt', async () => {
    const applied: string[] = [];
    const bench = await open({ projections: [noting(applied), riskReportProjection] });
    await record(bench.store, someHistory(10));
    bench.projector.start();
    await bench.caughtUp();
    const before = [...applied];
    await bench.projector.rebuild('risk-report');
    expect(applied).toEqual(before);
  });

  it('writes neither rows nor checkpoint when one view fails, and tries again', async () => {
    let failures = 2;
    const failing: Projection = {
      ...requestTraceProjection,
      name: 'failing',
      create: async () => {},
      drop: async () => {},
      apply: async () => {
        if (failures > 0) throw new Error(`disk full ${failures--}`);
      },
    };
    const bench = await open({ projections: [requestTraceProjection, failing] });
    const seen: unknown[] = [];
    await append(bench.store, randomUUID(), submitted());
    bench.projector.start();
    while (bench.reports.length === 0) await sleep(5);
    seen.push(await requestIds(bench), bench.projector.position('request-trace'));
    expect(seen).toEqual([[], null]);
    await bench.caughtUp();
    expect(bench.reports.map((report) => report.type)).toEqual([
      'projecting-failed',
      'projecting-failed',
    ]);
    expect(await requestIds(bench)).toHaveLength(1);
  });

  it('leaves a stream at an event it cannot read, says which, and goes on with the others', async () => {
    const bench = await open();
    const [broken, whole] = [randomUUID(), randomUUID()];
    await append(bench.store, broken, submitted());
    await bench.store.append(`governedRequest-${broken}`, 0, [
      { id: randomUUID(), type: 'Teleported', data: '{}', metadata: '{}' },
    ]);
    await append(bench.store, broken, started(), executed());
    await append(bench.store, whole, submitted());
    bench.projector.start();
    await bench.caughtUp();
    await append(bench.store, broken, executed());
    await bench.caughtUp();
    const [, unreadable] = await bench.store.readStream(`governedRequest-${broken}`);
    expect(bench.reports).toHaveLength(projections.length);
    expect(bench.reports[0]).toMatchObject({
      type: 'stream-broken',
      view: 'request-trace',
      stream: `governedRequest-${broken}`,
      eventId: unreadable!.id,
      position: unreadable!.position.toString(),
      reason: expect.stringContaining('Teleported'),
    });
    const { traces } = await rowsOf(bench.database);
    expect(traces.map(({ id }) => id).toSorted()).toEqual([broken, whole].toSorted());
    const [status] = await bench.projector.status();
    expect(status).toMatchObject({
      isCaughtUp: true,
      brokenStreams: [{ eventId: unreadable!.id }],
    });
  });

  it('leaves a stream at an event that does not follow from those before it', async () => {
    const bench = await open();
    const [broken, whole] = [randomUUID(), randomUUID()];
    await append(bench.store, broken, submitted(), executed());
    await append(bench.store, 'no-uuid', submitted());
    await append(bench.store, whole, submitted(), started(), executed());
    bench.projector.start();
    await bench.caughtUp();
    const broke = bench.reports.flatMap((report) =>
      report.type === 'stream-broken' && report.view === 'request-trace' ? [report.stream] : [],
    );
    expect(broke.toSorted()).toEqual(
      [`governedRequest-${broken}`, 'governedRequest-no-uuid'].toSorted(),
    );
    const { traces } = await rowsOf(bench.database);
    expect(Object.fromEntries(traces.map(({ id, status }) => [id, status]))).toEqual({
      [broken]: 'submitted',
      [whole]: 'executed',
    });
  });

  it('takes up a stream again once this version can read it', async () => {
    const at = await place();
    const store = createInMemoryEventStore();
    const id = randomUUID();
    await append(store, id, submitted(), started(), executed());
    const older = await openBench({ store, place: at });
    older.projector.start();
    await older.caughtUp();
    const whole = await rowsOf(older.database);
    const started2 = (await store.readStream(`governedRequest-${id}`))[1]!;
    for (const { name } of projections) {
      const row = {
        view: name,
        stream: started2.stream,
        event_id: started2.id,
        position: started2.position.toString(),
        reason: 'an older version did not know it',
      };
      await older.database.write((trx) => trx.insertInto('broken_streams').values(row).execute());
    }
    await older.projector.stop();
    await rewindTo(older, id);
    await older.close();
    const newer = await open({ store, place: at });
    newer.projector.start();
    while (newer.reports.length < projections.length) await sleep(5);
    await newer.projector.stop();
    expect(await rowsOf(newer.database)).toEqual(whole);
  });

  it('leaves the streams of others alone', async () => {
    const bench = await open();
    await bench.store.append('policy-default', -1, [
      { id: randomUUID(), type: 'Activated', data: '{}', metadata: '{}' },
    ]);
    bench.projector.start();
    await bench.caughtUp();
    expect(bench.reports).toEqual([]);
    expect(await rowsOf(bench.database)).toMatchObject({ traces: [], broken: [] });
  });

  it.each([
    ['a shorter', 0],
    ['a longer', 100],
  ])('empties views that were filled from %s log', async (_, others) => {
    const at = await place();
    const first = await openBench({ place: at });
    await record(first.store, someHistory(5));
    first.projector.start();
    await first.caughtUp();
    await first.close();
    const second = await open({ place: at });
    const ids = Array.from({ length: others + 1 }, () => randomUUID());
    for (const id of ids) await append(second.store, id, submitted());
    second.projector.start();
    await second.caughtUp();
    const { traces } = await rowsOf(second.database);
    expect(traces.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    expect(second.reports.map(({ type }) => type)).toEqual(projections.map(() => 'view-emptied'));
  });

  it('starts over when another process empties a view under it', async () => {
    const at = await place();
    const serving = await open({ place: at });
    await record(serving.store, someHistory(8));
    serving.projector.start();
    await serving.caughtUp();
    const other = await open({ place: at, store: serving.store });
    await other.projector.rebuild('request-trace');
    await other.database.write(async (trx) => {
      await trx.updateTable('views').set({ position: null }).execute();
      await trx.deleteFrom('request_trace').execute();
    });
    await append(serving.store, randomUUID(), submitted());
    await serving.caughtUp();
    const replayed = await open({ store: serving.store });
    await replayed.projector.rebuild();
    expect(await rowsOf(serving.database)).toEqual(await rowsOf(replayed.database));
  });

  it('lets callers wait for what they wrote, and tells where it stands when that takes too long', async () => {
    const bench = await open();
    await append(bench.store, randomUUID(), submitted());
    const head = (await bench.store.head())!;
    await expect(bench.projector.waitFor(head, 20)).rejects.toMatchObject({
      code: 'view-behind',
      position: null,
      wanted: head.toString(),
    });
    const waiting = bench.projector.waitFor(head, 5_000, 'approval-queue');
    bench.projector.start();
    await waiting;
    expect(bench.projector.position('approval-queue')).toBe(head);
    await expect(bench.projector.waitFor(head, 20, 'nonsense')).rejects.toMatchObject({
      code: 'view-unknown',
    });
  });

  it('tells for how long each view has missed an event, whatever was written meanwhile', async () => {
    const recordedAt = Date.UTC(2026, 0, 1);
    let now = recordedAt + 7_000;
    const bench = await open({ clock: { now: () => new Date(now) } });
    const lags = async () => (await bench.projector.status()).map(({ lag }) => lag);
    expect(await lags()).toEqual([0, 0, 0]);
    const odd = ['{}', '{"recordedAt":1}', '{"recordedAt":"yesterday"}'];
    for (const [at, metadata] of odd.entries()) {
      const event = { id: randomUUID(), type: 'Other', data: 'null', metadata };
      await bench.store.append('others', at - 1, [event]);
    }
    expect(await lags()).toEqual([0, 0, 0]);
    await append(bench.store, randomUUID(), submitted());
    expect(await lags()).toEqual([7_000, 7_000, 7_000]);
    now = recordedAt - 7_000;
    expect(await lags()).toEqual([0, 0, 0]);
    now = recordedAt + 7_000;
    bench.projector.start();
    await bench.caughtUp();
    expect(bench.projector.isProjecting).toBe(true);
    expect(await lags()).toEqual([0, 0, 0]);
    await bench.projector.stop();
    expect(bench.projector.isProjecting).toBe(false);
    await append(bench.store, randomUUID(), submitted());
    expect(await lags()).toEqual([7_000, 7_000, 7_000]);
  });

  it('tells how far behind views are that stand where the log has no event', async () => {
    const bench = await open({ clock: { now: () => new Date('2026-01-01T00:00:07Z') } });
    await append(bench.store, randomUUID(), submitted());
    await bench.database.write((trx) =>
      trx.updateTable('views').set({ position: '7' }).where('name', '=', 'risk-report').execute(),
    );
    const status = await bench.projector.status();
    expect(status.map(({ lag }) => lag)).toEqual([7_000, 7_000, 7_000]);
    expect(status.map(({ isCaughtUp }) => isCaughtUp)).toEqual([false, false, false]);
  });

  it('says how far a rebuild is, ends at the head, and follows live again if it did before', async () => {
    const bench = await open();
    await record(bench.store, someHistory(12));
    const total = (await bench.store.readAll(null, 10_000)).length;
    const progress: number[] = [];
    await bench.projector.rebuild(undefined, ({ events }) => progress.push(events));
    expect(progress.at(-1)).toBe(total);
    bench.projector.start();
    await bench.projector.rebuild('request-trace');
    await append(bench.store, randomUUID(), submitted());
    await bench.caughtUp();
  });

  it('ends when the store closes', async () => {
    const bench = await open();
    bench.projector.start();
    await bench.store.close();
    await bench.projector.stop();
    expect(bench.reports.every(({ type }) => type === 'projecting-failed')).toBe(true);
  });
});

const requestIds = ({ database }: ViewBench) =>
  database.read((trx) => trx.selectFrom('request_trace').select('id').execute());

/** The view of traces, which notes the ids of the events that it is given. */
const noting = (applied: string[]): Projection => ({
  ...requestTraceProjection,
  apply: (trx, events) => {
    applied.push(...events.map(({ id }) => id));
    return requestTraceProjection.apply(trx, events);
  },
});

async function recordWithPauses(
  { store, projector }: ViewBench,
  history: History,
  pauses: fc.Stream<boolean>,
): Promise<void> {
  const done = history.requests.map(() => 0);
  for (const index of history.order) {
    const { id, events } = history.requests[index]!;
    await append(store, id, events[done[index]!++]!);
    if (pauses.next().value) await projector.waitFor((await store.head())!, 5_000);
  }
}

/** The rows as a version left them that stopped behind the first event of this request. */
async function rewindTo({ database, store }: ViewBench, id: string): Promise<void> {
  const only = createInMemoryEventStore();
  const [first] = await store.readStream(`governedRequest-${id}`);
  const { type, data, metadata } = first!;
  await only.append(first!.stream, -1, [{ id: first!.id, type, data, metadata }]);
  const past = await openViewBench({ store: only });
  await past.projector.rebuild();
  const { traces, queue, facts } = await rowsOf(past.database);
  await database.write(async (trx) => {
    await trx.deleteFrom('request_trace').execute();
    await trx.insertInto('request_trace').values(traces).execute();
    await trx.insertInto('approval_queue').values(queue).execute();
    await trx.deleteFrom('risk_fact').execute();
    await trx.insertInto('risk_fact').values(facts).execute();
  });
  await past.close();
}
