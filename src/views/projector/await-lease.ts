import { setTimeout as sleep } from 'node:timers/promises';
import type { ProjectionLease } from '../database/view-database.js';
import { readCheckpoints, type Checkpoints } from './checkpoints.js';
import type { Projecting } from './projecting.js';

/** Milliseconds between two attempts to get the right to fill the views. */
const ATTEMPTS_EVERY = 1_000;
/** Milliseconds between two looks at where the views stand, while somebody waits for them to move. */
const LOOKS_EVERY = 50;

/**
 * Resolves to the right to fill the views, or to null once `signal` aborts. While another process has it, takes note of where that
 * one brings the views; throws `ViewTakenOver` when that is another version of Docket.
 */
export async function awaitLease(
  views: Projecting,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<ProjectionLease | null> {
  let waited = false;
  while (!signal.aborted) {
    await checkpoints(views);
    const lease = await views.database.tryLease();
    if (lease && waited) views.report({ type: 'lease-taken' });
    if (lease) return lease;
    onProgress();
    waited = true;
    await followOthers(views, signal);
  }
  return null;
}

/** Looks where the views stand until the next attempt is due: often while somebody waits for that, once otherwise. */
async function followOthers(views: Projecting, signal: AbortSignal): Promise<void> {
  const due = performance.now() + ATTEMPTS_EVERY;
  const left = () => due - performance.now();
  while (!signal.aborted && left() > LOOKS_EVERY) {
    await sleep(LOOKS_EVERY, undefined, { signal }).catch(() => {});
    await views.positions.rest(left(), signal);
    views.moved(await checkpoints(views), 0);
  }
}

const checkpoints = ({ database, projections }: Projecting): Promise<Checkpoints> =>
  database.read((trx) => readCheckpoints(trx, projections));
