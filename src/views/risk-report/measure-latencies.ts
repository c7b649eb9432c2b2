import { sql } from 'kysely';
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

/** As drivers answer them: PostgreSQL's writes sums as text. */
type Row = Readonly<Record<keyof Latency, number | string | null>>;

/** One pass over the range, and no sorting of more than the distinct durations, however many requests there are. */
async function measure(
  trx: ViewTransaction,
  range: ReportRange,
  column: Measured,
): Promise<Latency | null> {
  const { rows } = await sql<Row>`
    with durations as ${durations(trx, range, column)},
    ranked as (
      select value, sum(times) over (order by value) as up_to, sum(times) over () as total
      from durations
    )
    select max(total) as count, max(value) as max,
      min(value) filter (where up_to * 100 >= total * 50) as p50,
      min(value) filter (where up_to * 100 >= total * 95) as p95
    from ranked`.execute(trx);
  const [row] = rows;
  if (!row || row.count === null) return null;
  const { count, p50, p95, max } = row;
  return { count: Number(count), p50: Number(p50), p95: Number(p95), max: Number(max) };
}

/** How many requests took how long. */
const durations = (trx: ViewTransaction, range: ReportRange, column: Measured) =>
  factsIn(trx, range)
    .where(column, 'is not', null)
    .select((eb) => [`${column} as value` as const, eb.fn.countAll().as('times')])
    .groupBy(column);
