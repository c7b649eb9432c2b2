import { randomUUID } from 'node:crypto';
import { expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { arbitraryHistory } from '../../../test/support/views/arbitrary-history.js';
import { onEachDatabase } from '../../../test/support/views/on-each-database.js';
import { executed, started, submitted } from '../../../test/support/views/sample-events.js';
import { append, record, recorded } from '../../../test/support/views/view-bench.js';
import type { RecordedEvent } from '../../governed-request/recorded-event.js';
import { traceOf } from '../request-trace/evolve-trace.js';
import type { RecordedTrace } from '../request-trace/trace.js';
import { bucketStart, bucketStarts, INTERVALS, type Interval } from './buckets.js';
import { RiskReportQuery } from './risk-report.query.js';
import { GROUPINGS, riskReport, type Grouping, type Latency } from './risk-report.js';

/** One request as the naive report sees it. */
interface Seen {
  readonly trace: RecordedTrace;
  readonly events: readonly RecordedEvent[];
}

const time = fc
  .integer({ min: -86_400, max: 45 * 86_400 })
  .map((second) => new Date(Date.UTC(2026, 0, 1) + second * 1_000));

onEachDatabase('The risk report', ({ open, runs }) => {
  it('says what a recount of the events says', async () => {
    await fc.assert(
      fc.asyncProperty(
        ...([arbitraryHistory(20), time, time] as const),
        fc.constantFrom(...INTERVALS),
        fc.constantFrom(...GROUPINGS),
        async (history, one, other, interval, groupBy) => {
          const [from, end] = one < other ? [one, other] : [other, one];
          const to = new Date(Math.min(end.getTime() + 1, from.getTime() + 40 * 86_400_000));
          const bench = await open();
          await record(bench.store, history);
          bench.projector.start();
          await bench.caughtUp();
          const report = await new RiskReportQuery(bench.database).report({
            from,
            to,
            interval,
            groupBy,
          });
          const events = await recorded(bench.store);
          const seen = history.requests
            .map(({ id }) => seenOf(events.filter(({ requestId }) => requestId === id)))
            .filter(({ trace }) => isIn(trace, from, to));
          expect(report).toMatchObject(naiveReport(seen, interval, groupBy));
          expect(report.series.map(({ start }) => start)).toEqual(bucketStarts(from, to, interval));
          for (const { start, counts } of report.series) {
            const inBucket = seen.filter(({ trace }) => bucketOf(trace, interval) === start);
            expect(counts).toEqual(countsOf(inBucket, groupBy));
          }
          expect(report.position).toBe((await bench.store.head())?.toString() ?? null);
          expect(() => riskReport.parse(report)).not.toThrow();
          await bench.close();
        },
      ),
      { numRuns: runs(40) },
    );
  });

  it('counts what came from its start on and before its end, and ranks what was measured', async () => {
    const bench = await open();
    const times = ['00:00:00.000', '00:00:00.001', '11:59:59.999', '12:00:00.000'];
    for (const [index, clock] of times.entries()) {
      const submission = submitted({ submittedAt: `2026-01-01T${clock}Z` });
      const answer = executed({ latency: 10 * (index + 1) });
      await append(bench.store, randomUUID(), submission, started(), answer);
    }
    bench.projector.start();
    await bench.caughtUp();
    const report = (from: string, to: string) =>
      new RiskReportQuery(bench.database).report({
        from: new Date(`2026-01-01T${from}Z`),
        to: new Date(`2026-01-01T${to}Z`),
        interval: 'hour',
        groupBy: 'status',
      });
    expect(await report('00:00:00.001', '12:00:00.000')).toMatchObject({
      total: 2,
      latency: { decision: null, execution: { count: 2, p50: 20, p95: 30, max: 30 } },
    });
    expect(await report('00:00:00.000', '12:00:00.001')).toMatchObject({
      total: 4,
      latency: { execution: { count: 4, p50: 20, p95: 40, max: 40 } },
    });
    await bench.close();
  });

  it('names durations that were measured, the least that so many of a hundred did not exceed', async () => {
    const bench = await open();
    for (let request = 1; request <= 40; request += 1) {
      // Twice each, from 10 to 200 milliseconds.
      const answer = executed({ latency: 10 * Math.ceil(request / 2) });
      await append(bench.store, randomUUID(), submitted(), started(), answer);
    }
    bench.projector.start();
    await bench.caughtUp();
    const { latency } = await new RiskReportQuery(bench.database).report({
      from: new Date('2026-01-01T00:00:00Z'),
      to: new Date('2026-01-02T00:00:00Z'),
      interval: 'day',
      groupBy: 'risk',
    });
    expect(latency.execution).toEqual({ count: 40, p50: 100, p95: 190, max: 200 });
    await bench.close();
  });

  it('shows the hundred largest groups and counts the rest together', async () => {
    const bench = await open();
    for (let count = 0; count < 103; count += 1) {
      const requester = `r${String(count).padStart(3, '0')}`;
      await append(bench.store, randomUUID(), submitted({ requester }));
    }
    await append(bench.store, randomUUID(), submitted({ requester: 'r102' }));
    bench.projector.start();
    await bench.caughtUp();
    const report = await new RiskReportQuery(bench.database).report({
      from: new Date('2026-01-01T00:00:00Z'),
      to: new Date('2026-01-02T00:00:00Z'),
      interval: 'day',
      groupBy: 'requester',
    });
    expect(report).toMatchObject({ total: 104, otherCount: 3 });
    expect(report.groups).toHaveLength(100);
    expect(report.groups[0]).toEqual({ key: 'r102', count: 2, share: 2 / 104 });
    expect(Object.keys(report.series[0]!.counts).toSorted()).toEqual(
      report.groups.map(({ key }) => key).toSorted(),
    );
    await bench.close();
  });
});

const isIn = ({ submittedAt }: RecordedTrace, from: Date, to: Date): boolean =>
  submittedAt >= from.toISOString() && submittedAt < to.toISOString();

const seenOf = (events: readonly RecordedEvent[]): Seen => ({ events, trace: traceOf(events)! });

const bucketOf = ({ submittedAt }: RecordedTrace, interval: Interval): string =>
  bucketStart(new Date(submittedAt), interval).toISOString();

function keyOf({ trace }: Seen, by: Grouping): string {
  const { classification, content } = trace;
  const keys: Record<Grouping, string | undefined> = {
    risk: classification?.risk,
    category: classification?.category,
    policy: classification?.policy.name,
    tool: content?.kind === 'tool' ? content.tool : undefined,
    status: trace.status,
    requester: trace.requester,
    agent: trace.agent,
    kind: trace.kind,
  };
  return keys[by] ?? '(none)';
}

function countsOf(seen: readonly Seen[], by: Grouping): Record<string, number> {
  const counts = new Map<string, number>();
  for (const request of seen) {
    const key = keyOf(request, by);
    counts.set(key, (counts.get(key) ?? 0) + 1);
  }
  return Object.fromEntries(counts);
}

const naiveReport = (seen: readonly Seen[], interval: Interval, groupBy: Grouping) => ({
  interval,
  groupBy,
  total: seen.length,
  otherCount: 0,
  groups: Object.entries(countsOf(seen, groupBy))
    .map(([key, count]) => ({ key, count, share: count / seen.length }))
    .toSorted((a, b) => b.count - a.count || (a.key < b.key ? -1 : 1)),
  totals: {
    risk: countsOf(seen, 'risk'),
    status: countsOf(seen, 'status'),
    category: countsOf(seen, 'category'),
  },
  latency: {
    decision: latencyOf(seen.map(decisionTime)),
    approval: latencyOf(seen.map(approvalTime)),
    execution: latencyOf(seen.map(executionTime)),
  },
});

function decisionTime({ events, trace }: Seen): number | undefined {
  const decision = events.find(
    (e) => e.type === 'Approved' || (e.type === 'Blocked' && e.data.code === 'refused'),
  );
  if (decision?.type !== 'Approved' && decision?.type !== 'Blocked') return undefined;
  return Date.parse(decision.data.at) - Date.parse(trace.submittedAt);
}

function approvalTime({ events }: Seen): number | undefined {
  const asked = events.find((e) => e.type === 'ApprovalRequested');
  const given = events.find((e) => e.type === 'Approved');
  return asked && given && Date.parse(given.data.at) - Date.parse(asked.data.requestedAt);
}

const executionTime = ({ events }: Seen): number | undefined =>
  events.find((e) => e.type === 'Executed')?.data.latency;

function latencyOf(times: readonly (number | undefined)[]): Latency | null {
  const sorted = times.filter((value) => value !== undefined).toSorted((a, b) => a - b);
  const rank = (share: number) => sorted[Math.ceil(share * sorted.length) - 1]!;
  if (sorted.length === 0) return null;
  return { count: sorted.length, p50: rank(0.5), p95: rank(0.95), max: sorted.at(-1)! };
}
