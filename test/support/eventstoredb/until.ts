import { setTimeout as sleep } from 'node:timers/promises';

/** Waits until something became true; fails loudly when it does not. */
export async function until(condition: () => boolean, milliseconds = 5_000): Promise<void> {
  const end = performance.now() + milliseconds;
  while (!condition()) {
    if (performance.now() > end) throw new Error(`It did not come to that in ${milliseconds} ms.`);
    await sleep(5);
  }
}
