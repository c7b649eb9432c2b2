import { isDeepStrictEqual } from 'node:util';
import { STREAM_PREFIX } from '../../../src/governed-request/governed-request.codec.js';
import { mayDecide, waitingItemOf } from '../../../src/views/approval-queue/waiting-item.js';
import type { RecordedTrace, Trace } from '../../../src/views/request-trace/trace.js';
import type { ViewRows } from '../../support/views/view-bench.js';
import type { ShownViews } from '../records.js';
import { foldOf, type Check, type Evidence } from './evidence.js';
import type { Violation } from './violation.js';

/** In the end every view shows what the events fold to: no request more or less, and none of them otherwise. */
export const checkViews: Check = ({ streams, views, log, endedAt }) => {
  if ('refused' in views) return [violation(views.refused, [])];
  const traces = [...streams.values()].flatMap((stream) => foldOf(stream) ?? []);
  const folded = new Map(traces.map((trace) => [trace.id, trace]));
  return [
    ...wrongList(views.traces, [...folded.keys()]),
    ...differing('The list', views.traces, folded),
    ...differing('The trace', views.single, folded),
    ...wrongTotals(views, traces),
    ...wrongQueues(views, traces, new Date(endedAt)),
    ...otherRows(views, log),
  ];
};

const violation = (text: string, evidence: readonly unknown[]): Violation => ({
  rule: 'view-differs',
  text,
  evidence,
});

function wrongList(listed: readonly Trace[], expected: readonly string[]): Violation[] {
  const ids = listed.map(({ id }) => id);
  if (isDeepStrictEqual(ids.toSorted(), expected.toSorted())) return [];
  const lacking = expected.filter((id) => !ids.includes(id));
  return [violation(`The list holds ${ids.length} of ${expected.length} requests`, lacking)];
}

function differing(
  what: string,
  shown: readonly Trace[],
  folded: ReadonlyMap<string, RecordedTrace>,
): Violation[] {
  return shown
    .filter(
      (trace) =>
        !isDeepStrictEqual(trace, { ...folded.get(trace.id), versions: null, queued: null }),
    )
    .map((trace) =>
      violation(`${what} shows ${trace.id} otherwise`, [trace, folded.get(trace.id)]),
    );
}

function wrongTotals({ report }: ShownViews, traces: readonly RecordedTrace[]): Violation[] {
  const totals = {
    risk: counted(traces, ({ classification }) => classification?.risk),
    status: counted(traces, ({ status }) => status),
    category: counted(traces, ({ classification }) => classification?.category),
  };
  const expected = { total: traces.length, totals };
  const { total, totals: shown } = report;
  if (isDeepStrictEqual({ total, totals: shown }, expected)) return [];
  return [violation('The report counts otherwise', [{ total, totals: shown }, expected])];
}

function counted(
  traces: readonly RecordedTrace[],
  keyOf: (trace: RecordedTrace) => string | undefined,
): Readonly<Record<string, number>> {
  const groups = Map.groupBy(traces, (trace) => keyOf(trace) ?? '(none)');
  return Object.fromEntries([...groups].map(([key, { length }]) => [key, length]));
}

function wrongQueues(
  { waiting }: ShownViews,
  traces: readonly RecordedTrace[],
  now: Date,
): Violation[] {
  const all = traces.flatMap((trace) => waitingItemOf(trace) ?? []);
  return waiting.flatMap(({ approver, items }) => {
    const asking = { approver, kind: 'human', groups: [], now } as const;
    const expected = all.filter((item) => mayDecide(item, asking));
    if (isDeepStrictEqual(byId(items), byId(expected))) return [];
    return [violation(`What waits for ${approver} is something else`, [items, expected])];
  });
}

function otherRows({ rows: kept, rebuiltRows }: ShownViews, log: Evidence['log']): Violation[] {
  const [rows, rebuilt] = [kept, rebuiltRows].map((all) => withEnd(all, log));
  return (Object.keys(rebuiltRows) as (keyof ViewRows)[])
    .filter((table) => !isDeepStrictEqual(rows?.[table], rebuilt?.[table]))
    .map((table) =>
      violation(`The rows of ${table} are not those of a rebuild`, [
        rows?.[table],
        rebuilt?.[table],
      ]),
    );
}

/** What the access log gets while the service stops comes behind the end of the views, which take nothing from it. */
function withEnd(rows: ViewRows, log: Evidence['log']): ViewRows {
  const last = log.findLast(({ stream }) => stream.startsWith(STREAM_PREFIX))?.position ?? 0n;
  const isAtEnd = (position: string | null) => position !== null && BigInt(position) >= last;
  const checkpoints = rows.checkpoints.map((checkpoint) =>
    isAtEnd(checkpoint.position) ? { ...checkpoint, position: 'the end' } : checkpoint,
  );
  return { ...rows, checkpoints };
}

const byId = <T extends { readonly id: string }>(items: readonly T[]): readonly T[] =>
  items.toSorted((one, other) => (one.id < other.id ? -1 : 1));
