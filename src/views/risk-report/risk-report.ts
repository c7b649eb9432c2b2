import { z } from 'zod';
import { INTERVALS, type Interval } from './buckets.js';

/** What a report may be grouped by. */
export const GROUPINGS = [
  'risk',
  'status',
  'category',
  'requester',
  'agent',
  'policy',
  'tool',
  'kind',
] as const;
export type Grouping = (typeof GROUPINGS)[number];

/** Key of the requests without a value, e.g. of chats when grouped by tool. */
export const NO_KEY = '(none)';

/** Groups of one report: the largest ones. */
export const MAX_GROUPS = 100;

/** Which requests a report is about. */
export interface ReportRange {
  /** Submitted then or later. */
  readonly from: Date;
  /** Submitted before then. */
  readonly to: Date;
}

export interface ReportQuestion extends ReportRange {
  readonly interval: Interval;
  readonly groupBy: Grouping;
}

const count = z.int().nonnegative();

/** Requests by key; keys without a request are absent. */
const counts = z.record(z.string(), count);
export type Counts = Readonly<z.infer<typeof counts>>;

const reportGroup = z.strictObject({
  key: z.string(),
  count,
  /** Of the total, 0 to 1. */
  share: z.number(),
});

const reportBucket = z.strictObject({
  /** Start of the bucket; the first may begin before `from`. */
  start: z.string(),
  counts,
});
export type ReportBucket = Readonly<z.infer<typeof reportBucket>>;

/** Milliseconds. Percentiles are by nearest rank: a value that was measured, never one between two. */
const latency = z.strictObject({ count, p50: z.number(), p95: z.number(), max: z.number() });
export type Latency = Readonly<z.infer<typeof latency>>;

/** What was asked in a time, how risky it was, how it was decided and how fast. */
export const riskReport = z
  .strictObject({
    from: z.string(),
    to: z.string(),
    interval: z.enum(INTERVALS),
    groupBy: z.enum(GROUPINGS),
    /** Position that the view stood at, a decimal string; null before its first event. */
    position: z.string().nullable(),
    /** Requests submitted in the time. */
    total: count,
    /** Largest first, at most 100. */
    groups: z.array(reportGroup).readonly(),
    /** Requests in smaller groups than those, which neither `groups` nor `series` shows. */
    otherCount: count,
    totals: z.strictObject({ risk: counts, status: counts, category: counts }),
    /** Every bucket of the time, oldest first, also empty ones. */
    series: z.array(reportBucket).readonly(),
    latency: z.strictObject({
      /** From the submission until people approved or refused. */
      decision: latency.nullable(),
      /** From the first request for approval until the quorum was met. */
      approval: latency.nullable(),
      /** Of the calls that the agent answered. */
      execution: latency.nullable(),
    }),
  })
  .meta({ id: 'RiskReport' });
export type RiskReport = Readonly<z.infer<typeof riskReport>>;
