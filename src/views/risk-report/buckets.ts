import { ViewError } from '../view-error.js';

export const INTERVALS = ['hour', 'day', 'week', 'month'] as const;

/** Width of a report's buckets. Weeks begin on Monday; all begin in UTC. */
export type Interval = (typeof INTERVALS)[number];

/** Buckets of one report. */
const MAX_BUCKETS = 1_000;

/** Characters of an ISO time that name its hour, day and month; weeks are put together from days. */
export const PREFIX_LENGTH: Readonly<Record<Interval, number>> = {
  hour: 'YYYY-MM-DDTHH'.length,
  day: 'YYYY-MM-DD'.length,
  week: 'YYYY-MM-DD'.length,
  month: 'YYYY-MM'.length,
};

/** Starts of the buckets that `from` (inclusive) to `to` (exclusive) touches, oldest first; the first may begin before `from`. */
export function bucketStarts(from: Date, to: Date, interval: Interval): readonly string[] {
  if (!(from < to))
    throw new ViewError('invalid-range', 'The end of a report is behind its start.');
  const starts: string[] = [];
  for (let start = bucketStart(from, interval); start < to; start = next(start, interval)) {
    if (starts.length === MAX_BUCKETS) throw tooFine(interval);
    starts.push(start.toISOString());
  }
  return starts;
}

/** Start of the bucket that `time` falls into. */
export function bucketStart(time: Date, interval: Interval): Date {
  const start = new Date(time);
  start.setUTCMinutes(0, 0, 0);
  if (interval === 'hour') return start;
  start.setUTCHours(0);
  if (interval === 'week') start.setUTCDate(start.getUTCDate() - ((start.getUTCDay() + 6) % 7));
  if (interval === 'month') start.setUTCDate(1);
  return start;
}

function next(start: Date, interval: Interval): Date {
  const end = new Date(start);
  if (interval === 'hour') end.setUTCHours(end.getUTCHours() + 1);
  if (interval === 'day') end.setUTCDate(end.getUTCDate() + 1);
  if (interval === 'week') end.setUTCDate(end.getUTCDate() + 7);
  if (interval === 'month') end.setUTCMonth(end.getUTCMonth() + 1);
  return end;
}

const tooFine = (interval: Interval): ViewError =>
  new ViewError(
    'interval-too-fine',
    `A report has at most ${MAX_BUCKETS} buckets; ask for less time or for more than a ${interval} each.`,
  );
