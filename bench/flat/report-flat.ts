import Table from 'cli-table3';
import { median } from '../median.js';
import type { FlatRound } from './drive-flat.js';
import type { Measured } from './measure-flat-cost.js';

/** How much slower the largest store may be than the smallest. */
const BOUND = 0.1;

type Figure = keyof FlatRound;

/** A line for each store, and its share of the first in brackets. */
export function flatTable(measured: Measured): string {
  const head = ['events', 'req/s', 'p50 ms', 'p99 ms', 'CPU µs/req', 'ready after ms'];
  const table = new Table({ head, style: { head: [], border: [] } });
  const [first = []] = measured.values();
  for (const [{ size }, rounds] of measured) {
    const cell = (figure: Figure, digits: number) => {
      const value = median(rounds.map((round) => round[figure])).toFixed(digits);
      return `${value} (${percent(ratio(first, rounds, figure))})`;
    };
    const ready = median(rounds.map((round) => round.ready)).toFixed(0);
    table.push([size, cell('perSecond', 0), cell('p50', 2), cell('p99', 1), cell('cpu', 0), ready]);
  }
  return table.toString();
}

/** Whether decisions are as fast over the largest store as over the smallest. */
export function flatVerdict(measured: Measured): { isFlat: boolean; text: string } {
  const stores = [...measured];
  const [[smallest, first], [largest, last]] = [stores.at(0)!, stores.at(-1)!];
  const rate = ratio(first, last, 'perSecond');
  const p50 = ratio(first, last, 'p50');
  const isFlat = rate >= 1 - BOUND && p50 <= 1 + BOUND;
  const text =
    `Over ${largest.size} events Docket makes ${percent(rate)} of the decisions per second that it makes over ${smallest.size}, ` +
    `with ${percent(p50)} of the p50: ${isFlat ? 'within' : 'NOT within'} ${percent(BOUND)}.`;
  return { isFlat, text };
}

/** Of one to the other in the same round, in the median: what slows the machine for a while slows both. */
const ratio = (first: readonly FlatRound[], rounds: readonly FlatRound[], figure: Figure): number =>
  median(rounds.map((round, index) => round[figure] / (first[index]?.[figure] ?? NaN)));

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
