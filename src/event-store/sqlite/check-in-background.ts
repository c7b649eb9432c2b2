import { setTimeout as sleep } from 'node:timers/promises';

/** Milliseconds of pause for each millisecond of work: requests come first. */
const PAUSE_SHARE = 4;

/** Goes through the slices a little at a time, until they end or `signal` aborts; throws what they throw. */
export async function checkInBackground(
  slices: Iterator<void>,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    const begun = performance.now();
    if (slices.next().done) return;
    const pause = Math.ceil(PAUSE_SHARE * (performance.now() - begun));
    await sleep(pause, undefined, { signal, ref: false }).catch(() => {});
  }
}
