import type { Pace } from './pace.js';

/** How schedules are played on one kind of server: what is drawn, the store's own times, and what is waited for. */
export interface Profile {
  readonly pace: Pace;
  readonly store: {
    readonly callMilliseconds: number;
    readonly retryMilliseconds: number;
    readonly openMilliseconds: number;
  };
  /** A call of the store that takes longer than this hangs. */
  readonly callBound: number;
  /** How long everything may take to come right once the faults have ended. */
  readonly settleBound: number;
}

/**
 * What a call may take at the worst: it waits for its turn, is tried again until its time is over, waits once more
 * and is tried a last time. `slack` is for a machine with other things to do.
 */
export const worstCall = (
  { callMilliseconds, retryMilliseconds }: Profile['store'],
  slack: number,
): number => 2 * retryMilliseconds + 2 * callMilliseconds + slack;
