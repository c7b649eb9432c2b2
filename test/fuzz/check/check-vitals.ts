import type { Vitals } from '../target.js';

/** What the process may have more at the end than when it was warm, in bytes: neither grows with what was asked of it. */
const MORE_HEAP = 48 * 2 ** 20;
const MORE_RESIDENT = 320 * 2 ** 20;
/** Milliseconds: what takes some hundred alone takes longer on a machine that does other things besides. */
const LONGEST_TURN = 10_000;

export interface Course {
  /** After garbage collection, when a twentieth of the requests had been sent; `null` when it did not come to that. */
  readonly warm: Vitals | null;
  /** After garbage collection, when all had been sent. */
  readonly end: Vitals | null;
  /** The longest that one thing held the event loop, in milliseconds. */
  readonly longestTurn: number;
}

/** What is wrong with how the process fared. */
export function vitalFaults({ warm, end, longestTurn }: Course): readonly string[] {
  const faults: string[] = [];
  const [heap, resident] = [grown('heap', warm, end), grown('resident', warm, end)];
  if (heap > MORE_HEAP) faults.push(`memory: the heap grew by ${mebibytes(heap)}`);
  if (resident > MORE_RESIDENT) faults.push(`memory: the process grew by ${mebibytes(resident)}`);
  if (longestTurn > LONGEST_TURN) faults.push(`event loop: held for ${longestTurn.toFixed(0)} ms`);
  return faults;
}

const grown = (what: 'heap' | 'resident', warm: Vitals | null, end: Vitals | null): number =>
  warm && end ? end[what] - warm[what] : 0;

export const mebibytes = (bytes: number): string => `${(bytes / 2 ** 20).toFixed(0)} MiB`;
