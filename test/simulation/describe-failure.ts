import { runSeed } from './run-seed.js';
import type { Played, SimulationOptions, Tracer } from './simulation.js';

const SHOWN = 80;

/** One step for people: seconds since the beginning, the replica, what happened. */
export const lineOf: (...step: Parameters<Tracer>) => string = (at, what) =>
  `${(at / 1_000).toFixed(3).padStart(9)} s  ${what}`;

/** Resolves to all that is to be known of a seed that broke an invariant: it is played again for its steps. */
export async function describeFailure(
  { seed, violation, profile }: Played,
  options: Omit<SimulationOptions, 'trace'> = {},
): Promise<string> {
  const lines: string[] = [];
  const again = await runSeed(seed, {
    ...options,
    trace: (at, what) => void lines.push(lineOf(at, what)),
  });
  const shown = lines.slice(-SHOWN);
  return [
    `VIOLATION in seed ${seed}: ${violation?.invariant}`,
    `  ${violation?.what}`,
    again.violation?.what === violation?.what
      ? ''
      : '  (played again, it did not come out the same)',
    `  drawn: ${JSON.stringify(profile)}`,
    `  ${lines.length - shown.length} steps, then`,
    ...shown,
    `Replay: npm run test:simulation -- --seeds 1 --from ${seed} --trace`,
  ]
    .filter(Boolean)
    .join('\n');
}
