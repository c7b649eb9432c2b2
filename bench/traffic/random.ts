/** Numbers from 0 up to 1, the same ones for the same seed. */
export type Random = () => number;

/** Mulberry32, by Tommy Ettinger: 32 bits of state, enough to vary a load. */
export function seededRandom(seed: number): Random {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let bits = Math.imul(state ^ (state >>> 15), state | 1);
    bits ^= bits + Math.imul(bits ^ (bits >>> 7), bits | 61);
    return ((bits ^ (bits >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** One of them, each as likely as the others. */
export const oneOf = <T>(items: readonly [T, ...T[]], random: Random): T =>
  items[Math.floor(random() * items.length)] ?? items[0];

/** One of the keys, as likely as its share of the whole. */
export function byShare<K extends string>(shares: Readonly<Record<K, number>>, random: Random): K {
  const entries = Object.entries(shares) as [K, number][];
  let left = random() * entries.reduce((sum, [, share]) => sum + share, 0);
  const chosen = entries.find(([, share]) => (left -= share) < 0) ?? entries.at(-1);
  if (!chosen) throw new Error('There is nothing to choose from.');
  return chosen[0];
}
