import Table from 'cli-table3';
import type { Trace } from '../../views/request-trace/trace.js';
import type { RiskReport } from '../../views/risk-report/risk-report.js';
import { printable } from '../printable.js';

const PREVIEW = 42;

/** The table at the end of the demo. */
export function traceTable(traces: readonly Trace[]): string {
  const table = new Table({
    head: ['id', 'risk', 'status', 'decided by', 'response'],
    colWidths: [38, 7, 10, 16, 44],
    wordWrap: true,
    style: { head: [], border: [] },
  });
  for (const trace of traces) {
    table.push([
      trace.id,
      trace.classification?.risk ?? '',
      trace.status,
      decidedBy(trace),
      preview(trace.execution?.response ?? trace.blocked?.alternative ?? ''),
    ]);
  }
  return table.toString();
}

/** Counts and latencies in a few lines. */
export function reportLines({ total, totals, latency, position }: RiskReport): string {
  const counts = (of: Readonly<Record<string, number>>) =>
    Object.entries(of)
      .map(([key, count]) => `${key} ${count}`)
      .join(', ');
  const median = (of: { readonly p50: number } | null) => (of ? `${of.p50} ms` : 'none');
  return [
    `Risk report at position ${position}: ${total} requests`,
    `  by risk:     ${counts(totals.risk)}`,
    `  by status:   ${counts(totals.status)}`,
    `  by category: ${counts(totals.category)}`,
    `  median latency: decision ${median(latency.decision)}, execution ${median(latency.execution)}`,
  ].join('\n');
}

function decidedBy({ blocked, approval, classification }: Trace): string {
  if (blocked) return blocked.by;
  const approvers = approval?.decisions.map(({ by }) => by) ?? [];
  return approvers.join(', ') || `policy:${classification?.policy.name ?? ''}`;
}

function preview(text: string): string {
  const line = printable(text);
  return line.length <= PREVIEW ? line : `${line.slice(0, PREVIEW - 1)}…`;
}
