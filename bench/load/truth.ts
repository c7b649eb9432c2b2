import { z } from 'zod';
import { riskReport } from '../../src/views/risk-report/risk-report.js';
import type { Call } from '../../test/support/docket/http-client.js';
import type { Kind } from './kinds.js';

/** How often each kind was answered as it should be. */
export type Answered = Readonly<Record<Kind, number>>;

/** A number that the callers know, against what Docket says. */
export interface Compared {
  readonly what: string;
  readonly expected: number;
  readonly found: number;
}

const total = z.object({ total: riskReport.shape.total, totals: riskReport.shape.totals });

/**
 * Compares what the callers were told with what the report says of everything and with the calls that the gateway took;
 * every request was to end as its colour says.
 */
export async function compareWithTruth(
  call: Call,
  { from, answered, calls }: { from: Date; answered: Answered; calls: number },
): Promise<readonly Compared[]> {
  const range = `from=${from.toISOString()}&to=${new Date(Date.now() + 60_000).toISOString()}`;
  const report = await call('ana', 'GET', `/v1/reports/risk?interval=hour&${range}`);
  const { total: all, totals } = total.parse(report.json());
  const green = answered.green + answered['green, awaited'];
  const executed = green + answered.decision;
  const compared = (what: string, expected: number, found = 0) => ({ what, expected, found });
  return [
    compared('requests', green + answered.amber + answered.red, all),
    compared('green', green, totals.risk['green']),
    compared('amber', answered.amber, totals.risk['amber']),
    compared('red', answered.red, totals.risk['red']),
    compared('executed', executed, totals.status['executed']),
    compared('blocked', answered.red, totals.status['blocked']),
    compared('calls of the gateway', executed, calls),
  ];
}
