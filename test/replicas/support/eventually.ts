import { setTimeout as sleep } from 'node:timers/promises';

const POLL = 50;

/** Resolves to the first answer that is no `false`, `null` or `undefined`; throws when none comes in so many milliseconds. */
export async function eventually<T>(
  what: string,
  milliseconds: number,
  look: () => Promise<T> | T,
): Promise<Exclude<T, false | null | undefined>> {
  const end = performance.now() + milliseconds;
  for (;;) {
    const seen = await look();
    if (seen) return seen as Exclude<T, false | null | undefined>;
    if (performance.now() > end) throw new Error(`${what}: not within ${milliseconds} ms.`);
    await sleep(POLL);
  }
}
