import { setTimeout as sleep } from 'node:timers/promises';

const FIRST_MILLISECONDS = 50;

/** Waits before another try: exponentially longer up to a limit, with jitter so that many callers do not come back at once. */
export class BackOff {
  #failures = 0;

  constructor(private readonly maxMilliseconds: number) {}

  /** The wait behind the next failure, in milliseconds: between half and all of its step. */
  next(): number {
    const step = Math.min(this.maxMilliseconds, FIRST_MILLISECONDS * 2 ** this.#failures);
    this.#failures += 1;
    return step * (0.5 + Math.random() / 2);
  }

  reset(): void {
    this.#failures = 0;
  }
}

/** Resolves after so many milliseconds, or as soon as `signal` aborts. */
export async function pause(milliseconds: number, signal: AbortSignal): Promise<void> {
  await sleep(milliseconds, undefined, { signal }).catch(() => {});
}
