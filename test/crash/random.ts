import { createHash } from 'node:crypto';

/** Random numbers that the seed alone decides. */
export interface Random {
  /** A number in [0, 1). */
  next(): number;
  /** A whole number, both ends included. */
  between(from: number, to: number): number;
  /** True as often as `share` says, 0 to 1. */
  chance(share: number): boolean;
  /** One of the names, each as often as its weight says. */
  pick<K extends string>(weights: Readonly<Record<K, number>>): K;
}

/** The same sequence for the same parts, whatever the others are; neighbouring seeds share nothing. */
export function randomOf(...parts: readonly (string | number)[]): Random {
  let state = createHash('sha256').update(parts.join('/')).digest().readUInt32LE();
  const next = (): number => {
    // Mulberry32.
    state = (state + 0x6d_2b_79_f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
  return {
    next,
    between: (from, to) => from + Math.floor(next() * (to - from + 1)),
    chance: (share) => next() < share,
    pick: <K extends string>(weights: Readonly<Record<K, number>>) => picked(weights, next()),
  };
}

function picked<K extends string>(weights: Readonly<Record<K, number>>, at: number): K {
  const entries = Object.entries<number>(weights) as [K, number][];
  let left = at * entries.reduce((sum, [, weight]) => sum + weight, 0);
  const found = entries.find(([, weight]) => (left -= weight) < 0) ?? entries.at(-1);
  if (!found) throw new Error('There is nothing to pick from.');
  return found[0];
}
