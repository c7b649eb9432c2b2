import { mebibytes } from './check/check-vitals.js';
import type { Tried } from './fuzzing.js';
import type { FuzzReport } from './run-fuzz.js';
import type { Vitals } from './target.js';

const SHOWN = 5;

/** What a run came to, for people. */
export function reportText(
  { tally, seconds, warm, end, longestTurn, faults }: FuzzReport,
  seed: number,
): string {
  const statuses = [...tally.byStatus].toSorted(([a], [b]) => a.localeCompare(b));
  return [
    '',
    `${tally.sent} requests from seed ${seed} in ${seconds.toFixed(0)} s`,
    `answers: ${statuses.map(([status, count]) => `${count} × ${status}`).join(', ')}`,
    ...tally.slowest.slice(0, SHOWN).map(slowText),
    `memory when warm: ${memoryText(warm)}`,
    `memory at the end: ${memoryText(end)}`,
    `the event loop was held for ${longestTurn.toFixed(0)} ms at the most`,
    faults.length === 0 ? 'nothing was wrong' : `${faults.length} faults`,
    ...faults,
  ].join('\n');
}

const slowText = ({ planned, filled, exchange: { took, answers } }: Tried): string =>
  `slow: ${took.toFixed(0)} ms, ${planned.route ?? 'no route'}, ${answers[0]?.status ?? 'no answer'}, ${filled.body?.length ?? 0} bytes, ${planned.framing}`;

const memoryText = (vitals: Vitals | null): string =>
  vitals ? `${mebibytes(vitals.resident)}, heap ${mebibytes(vitals.heap)}` : 'not known';
