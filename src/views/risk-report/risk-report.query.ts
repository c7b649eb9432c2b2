import { scanView } from '../database/read-view.js';
import type { ViewDatabase } from '../database/view-database.js';
import type { ViewTransaction } from '../database/view-tables.js';
import { bucketStarts } from './buckets.js';
import { countBy, countSeries, countTotals, type KeyCount, type Totals } from './count-facts.js';
import { measureLatencies } from './measure-latencies.js';
import { riskReportProjection } from './risk-report.projection.js';
import {
  MAX_GROUPS,
  type Grouping,
  type ReportQuestion,
  type ReportRange,
  type RiskReport,
} from './risk-report.js';

/** Reads what was asked, how risky it was, how it was decided and how fast. */
export class RiskReportQuery {
  constructor(private readonly database: ViewDatabase) {}

  /** Resolves to the report; throws `invalid-range` and `interval-too-fine`. */
  async report({ interval, groupBy, ...range }: ReportQuestion): Promise<RiskReport> {
    const starts = bucketStarts(range.from, range.to, interval);
    return scanView(this.database, riskReportProjection, async (trx, position) => {
      const totals = await countTotals(trx, range);
      const counted = await countGroups(trx, range, groupBy, totals);
      const total = sum(counted);
      const largest = counted.toSorted(largestFirst).slice(0, MAX_GROUPS);
      const keys = largest.map(({ key }) => key);
      return {
        from: range.from.toISOString(),
        to: range.to.toISOString(),
        interval,
        groupBy,
        position,
        total,
        groups: largest.map(({ key, count }) => ({ key, count, share: count / total })),
        otherCount: total - sum(largest),
        totals,
        series: await countSeries(trx, range, { interval, groupBy, starts, keys }),
        latency: await measureLatencies(trx, range),
      };
    });
  }
}

async function countGroups(
  trx: ViewTransaction,
  range: ReportRange,
  by: Grouping,
  totals: Totals,
): Promise<readonly KeyCount[]> {
  if (by !== 'risk' && by !== 'status' && by !== 'category') return countBy(trx, range, by);
  return Object.entries(totals[by]).map(([key, count]) => ({ key, count }));
}

const sum = (counted: readonly KeyCount[]): number =>
  counted.reduce((total, { count }) => total + count, 0);

/** Groups of the same size by their keys, so that the same rows always give the same report. */
const largestFirst = (one: KeyCount, other: KeyCount): number =>
  other.count - one.count || (one.key < other.key ? -1 : 1);
