import type { PlayedSeries } from '../series.js';

const MAX_VIOLATIONS = 10;
const MAX_EVIDENCE = 2_000;

/** What a series was played with. */
export interface SeriesOrigin {
  readonly seed: number;
  readonly store: string;
  readonly perSeries: number;
}

/** Everything to look at first when a rule was broken, with the command line that plays the series again. */
export function describeFailure(
  { index, violations, directory }: PlayedSeries,
  { seed, store, perSeries }: SeriesOrigin,
): string {
  const shown = violations.slice(0, MAX_VIOLATIONS);
  const more = violations.length - shown.length;
  return [
    `VIOLATION with seed ${seed} in series ${index}:`,
    ...shown.map(
      ({ rule, text, rounds, evidence }) =>
        `  ${rule}: ${text} (${named(rounds)})\n    ${shortened(JSON.stringify(evidence))}`,
    ),
    ...(more > 0 ? [`  and ${more} more`] : []),
    `Its data directory is kept, with violations.json: ${directory}`,
    `Play it again: npm run test:crash -- --seed ${seed} --store '${store}' --series ${perSeries} --from ${index} --rounds ${perSeries}`,
  ].join('\n');
}

const named = (rounds: readonly number[]): string =>
  rounds.length === 0 ? 'seen in the end' : `round ${rounds.join(', ')}`;

const shortened = (text: string): string =>
  text.length <= MAX_EVIDENCE ? text : `${text.slice(0, MAX_EVIDENCE)}…`;
