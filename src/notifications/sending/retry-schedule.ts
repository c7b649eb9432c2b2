const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;

/** Milliseconds between two tries, the example of the Standard Webhooks specification: ten tries in three days. */
export const RETRY_SCHEDULE: readonly number[] = [
  5 * SECOND,
  5 * MINUTE,
  30 * MINUTE,
  2 * HOUR,
  5 * HOUR,
  10 * HOUR,
  14 * HOUR,
  20 * HOUR,
  24 * HOUR,
];

/** So much of a wait is added at the most, so that what failed together is not tried together again. */
const JITTER = 0.2;

/** A receiver may ask for more than the schedule, up to this. */
const LONGEST_ASKED = 24 * HOUR;

/**
 * Milliseconds until the next try behind `attempts` that failed, null when that was the last one. `random` is 0 to 1; `asked` is
 * what the receiver wants at least, in milliseconds.
 */
export function retryDelay(
  schedule: readonly number[],
  attempts: number,
  asked: number | null,
  random: number,
): number | null {
  const planned = schedule[attempts - 1];
  if (planned === undefined) return null;
  return Math.max(Math.round(planned * (1 + JITTER * random)), Math.min(asked ?? 0, LONGEST_ASKED));
}
