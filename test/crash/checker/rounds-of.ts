import type { Life } from '../records.js';

/** The rounds that evidence comes from: those it names, and those in whose time its events were recorded. */
export function roundsOf(evidence: readonly unknown[], lives: readonly Life[]): readonly number[] {
  const rounds = new Set<number>();
  const visit = (key: string, value: unknown): unknown => {
    if (key === 'round') rounds.add(Number(value));
    if (key !== 'recordedAt') return value;
    const at = Date.parse(String(value));
    for (const { round, from, to } of lives) if (from <= at && at <= to) rounds.add(round);
    return value;
  };
  JSON.stringify(evidence, visit);
  return [...rounds].toSorted((one, other) => one - other);
}
