import { sql } from 'kysely';
import type { ViewTransaction } from '../database/view-tables.js';
import { bucketStart, PREFIX_LENGTH, type Interval } from './buckets.js';
import {
  NO_KEY,
  type Counts,
  type Grouping,
  type ReportBucket,
  type ReportRange,
} from './risk-report.js';

/** How many requests there are, by what every report says. */
export interface Totals {
  readonly risk: Counts;
  readonly status: Counts;
  readonly category: Counts;
}

export interface KeyCount {
  readonly key: string;
  readonly count: number;
}

/** The smallest time: what it has behind a prefix completes the smallest time with that prefix. */
const FIRST_TIME = '0000-01-01T00:00:00.000Z';

/** The requests of a range. */
export const factsIn = (trx: ViewTransaction, { from, to }: ReportRange) =>
  trx
    .selectFrom('risk_fact')
    .where('submitted_at', '>=', from.toISOString())
    .where('submitted_at', '<', to.toISOString());

/** Resolves to the totals, in one pass over the range. */
export async function countTotals(trx: ViewTransaction, range: ReportRange): Promise<Totals> {
  const by = [keyOf('risk'), keyOf('status'), keyOf('category')] as const;
  const rows = await factsIn(trx, range)
    .select((eb) => [
      by[0].as('risk'),
      by[1].as('status'),
      by[2].as('category'),
      eb.fn.countAll().as('count'),
    ])
    .groupBy(by)
    .execute();
  const total = (name: keyof Totals): Counts =>
    Object.fromEntries(sumByKey(rows.map((row) => ({ key: row[name], count: Number(row.count) }))));
  return { risk: total('risk'), status: total('status'), category: total('category') };
}

/** Resolves to the number of requests by key. */
export async function countBy(
  trx: ViewTransaction,
  range: ReportRange,
  by: Grouping,
): Promise<readonly KeyCount[]> {
  const rows = await factsIn(trx, range)
    .select((eb) => [keyOf(by).as('key'), eb.fn.countAll().as('count')])
    .groupBy(keyOf(by))
    .execute();
  return rows.map(({ key, count }) => ({ key, count: Number(count) }));
}

interface Series {
  readonly interval: Interval;
  readonly groupBy: Grouping;
  readonly starts: readonly string[];
  /** The groups to count. */
  readonly keys: readonly string[];
}

/** Resolves to the number of requests by key in each bucket. */
export async function countSeries(
  trx: ViewTransaction,
  range: ReportRange,
  { interval, groupBy, starts, keys }: Series,
): Promise<readonly ReportBucket[]> {
  const buckets = new Map(starts.map((start) => [start, new Array<KeyCount>()]));
  for (const { prefix, key, count } of await countPrefixes(trx, range, interval, groupBy, keys)) {
    const time = new Date(prefix + FIRST_TIME.slice(prefix.length));
    buckets.get(bucketStart(time, interval).toISOString())?.push({ key, count: Number(count) });
  }
  return [...buckets].map(([start, counted]) => ({
    start,
    counts: Object.fromEntries(sumByKey(counted)),
  }));
}

async function countPrefixes(
  trx: ViewTransaction,
  range: ReportRange,
  interval: Interval,
  by: Grouping,
  keys: readonly string[],
) {
  // PostgreSQL knows no empty list.
  if (keys.length === 0) return [];
  const prefix = sql<string>`substr(submitted_at, 1, ${sql.lit(PREFIX_LENGTH[interval])})`;
  return factsIn(trx, range)
    .where(keyOf(by), 'in', keys)
    .select((eb) => [prefix.as('prefix'), keyOf(by).as('key'), eb.fn.countAll().as('count')])
    .groupBy([prefix, keyOf(by)])
    .execute();
}

function sumByKey(counted: readonly KeyCount[]): ReadonlyMap<string, number> {
  const sums = new Map<string, number>();
  for (const { key, count } of counted) sums.set(key, (sums.get(key) ?? 0) + count);
  return sums;
}

const keyOf = (by: Grouping) => sql<string>`coalesce(${sql.ref(by)}, ${sql.lit(NO_KEY)})`;
