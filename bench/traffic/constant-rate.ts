import { setTimeout as sleep } from 'node:timers/promises';

export interface ConstantRate {
  readonly perSecond: number;
  readonly seconds: number;
}

/**
 * Calls `send` at a constant rate, whatever becomes of the calls, and tells each when it was due, as `performance.now()`
 * counts. Latency is measured from there: where this process or the service is held up, the calls that were due
 * meanwhile count as late too, rather than being left out ("coordinated omission", Gil Tene).
 */
export async function atConstantRate(
  { perSecond, seconds }: ConstantRate,
  send: (due: number) => void,
): Promise<void> {
  const begun = performance.now();
  const all = Math.round(perSecond * seconds);
  const dueAt = (index: number) => begun + (index * 1_000) / perSecond;
  for (let sent = 0; sent < all;) {
    const wait = dueAt(sent) - performance.now();
    if (wait > 0) await sleep(Math.ceil(wait));
    for (const now = performance.now(); sent < all && dueAt(sent) <= now; sent += 1) {
      send(dueAt(sent));
    }
  }
}
