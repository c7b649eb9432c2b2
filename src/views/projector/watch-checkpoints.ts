import { setTimeout as sleep } from 'node:timers/promises';
import { isBehind, readCheckpoints } from './checkpoints.js';
import type { Projecting } from './projecting.js';

const LOOKS_EVERY = 1_000;

/** Somebody emptied a view, or went back with it, while this process filled it. */
class ViewSetBack extends Error {
  override readonly name = 'ViewSetBack';
}

/**
 * Ends when `signal` aborts; throws when other processes have emptied a view meanwhile, or taken it over (`ViewTakenOver`):
 * where no event comes, nobody would notice otherwise.
 */
export async function watchCheckpoints(
  { database, projections, positions }: Projecting,
  signal: AbortSignal,
): Promise<void> {
  while (!signal.aborted) {
    await sleep(LOOKS_EVERY, undefined, { signal }).catch(() => {});
    if (signal.aborted) return;
    const known = projections.map(({ name }) => [name, positions.get(name)] as const);
    const checkpoints = await database.read((trx) => readCheckpoints(trx, projections));
    for (const [view, position] of known) {
      if (isBehind(checkpoints.get(view)!.position, position)) {
        throw new ViewSetBack(`The view ${view} was emptied by another process.`);
      }
    }
  }
}
