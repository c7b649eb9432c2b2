import { setTimeout as sleep } from 'node:timers/promises';

const POLL = 10;

/** Resolves to the first answer that is no `false`, `null` or `undefined`; throws when there is none for ten seconds. */
export async function until<T>(
  look: () => Promise<T> | T,
): Promise<Exclude<T, false | null | undefined>> {
  const last = Date.now() + 10_000;
  while (Date.now() < last) {
    const seen = await look();
    if (seen) return seen as Exclude<T, false | null | undefined>;
    await sleep(POLL);
  }
  throw new Error('It did not come to that within ten seconds.');
}
