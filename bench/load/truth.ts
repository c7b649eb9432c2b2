import { z } from 'zod';
import { riskReport } from '../../src/views/risk-report/risk-report.js';
import type { Call } from '../../test/support/docket/http-client.js';
import type { Kind } from './kinds.js';

/** What callers know of the calls of each kind. */
export interface Told {
  /** Answered as they should be. */
  readonly answered: number;
  /** Ended by an error: what became of them, the caller does not know. */
  readonly unknown: number;
}

/** What the callers were told of something, against how often Docket says that it came. */
export interface Compared extends Told {
  readonly what: string;
  readonly found: number;
}

interface Asked {
  readonly from: Date;
  readonly told: Readonly<Record<Kind, Told>>;
  /** Calls that the gateway took. */
  readonly calls: number;
}

const counted = z.object({ total: riskReport.shape.total, totals: riskReport.shape.totals });

/**
 * Compares what the callers were told with what the report says of everything since `from`, and with the calls that the
 * gateway took; every request was to end as its colour says.
 */
export async function compareWithTruth(
  call: Call,
  { from, told, calls }: Asked,
): Promise<readonly Compared[]> {
  const range = `from=${from.toISOString()}&to=${new Date(Date.now() + 60_000).toISOString()}`;
  const report = await call('ana', 'GET', `/v1/reports/risk?interval=hour&${range}`);
  const { total: all, totals } = counted.parse(report.json());
  const green = sum(told.green, told['green, awaited']);
  const executed = sum(green, told.decision);
  const compared = (what: string, known: Told, found = 0) => ({ what, ...known, found });
  return [
    compared('requests', sum(green, told.amber, told.red), all),
    compared('green', green, totals.risk['green']),
    compared('amber', told.amber, totals.risk['amber']),
    compared('red', told.red, totals.risk['red']),
    compared('executed', executed, totals.status['executed']),
    compared('blocked', told.red, totals.status['blocked']),
    compared('calls of the gateway', executed, calls),
  ];
}

/** Whether nothing is missing that a caller was told of, and nothing is there that nobody sent. */
export const isTrue = ({ answered, unknown, found }: Compared): boolean =>
  found >= answered && found <= answered + unknown;

const sum = (...all: readonly Told[]): Told => ({
  answered: all.reduce((total, { answered }) => total + answered, 0),
  unknown: all.reduce((total, { unknown }) => total + unknown, 0),
});
