import type { ViewTransaction } from '../database/view-tables.js';
import { factsIn } from './count-facts.js';
import type { Latency, ReportRange, RiskReport } from './risk-report.js';

type Measured = 'decision_ms' | 'approval_ms' | 'execution_ms';

/** Resolves to count, percentiles and maximum of each duration; null where nothing was measured. */
export async function measureLatencies(
  trx: ViewTransaction,
  range: ReportRange,
): Promise<RiskReport['latency']> {
  return {
    decision: await measure(trx, range, 'decision_ms'),
    approval: await measure(trx, range, 'approval_ms'),
    execution: await measure(trx, range, 'execution_ms'),
  };
}

async function measure(
  trx: ViewTransaction,
  range: ReportRange,
  column: Measured,
): Promise<Latency | null> {
  const row = await measured(trx, range, column)
    .select((eb) => eb.fn.countAll().as('count'))
    .executeTakeFirstOrThrow();
  const count = Number(row.count);
  if (count === 0) return null;
  const ranked = (share: number) => valueAt(trx, range, column, Math.ceil(share * count) - 1);
  return { count, p50: await ranked(0.5), p95: await ranked(0.95), max: await ranked(1) };
}

async function valueAt(
  trx: ViewTransaction,
  range: ReportRange,
  column: Measured,
  index: number,
): Promise<number> {
  const row = await measured(trx, range, column)
    .select(`${column} as value`)
    .orderBy(column)
    .limit(1)
    .offset(index)
    .executeTakeFirstOrThrow();
  return Number(row.value);
}

/** The requests of which this was measured. */
const measured = (trx: ViewTransaction, range: ReportRange, column: Measured) =>
  factsIn(trx, range).where(column, 'is not', null);
