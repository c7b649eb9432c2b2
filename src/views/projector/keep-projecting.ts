import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreError } from '../../event-store/event-store.errors.js';
import type { ProjectionLease } from '../database/view-database.js';
import { awaitLease } from './await-lease.js';
import { ViewTakenOver } from './checkpoints.js';
import type { Projecting } from './projecting.js';
import { watchCheckpoints } from './watch-checkpoints.js';

const FIRST_RETRY = 100;
const LAST_RETRY = 5_000;

/**
 * Fills the views while this process has the right to, follows where another one brings them otherwise, until `signal` aborts
 * or the store closes. Whatever fails is reported and tried again, later each time until something succeeds.
 */
export async function keepProjecting(views: Projecting, signal: AbortSignal): Promise<void> {
  let retryIn = FIRST_RETRY;
  const onProgress = () => (retryIn = FIRST_RETRY);
  while (!signal.aborted) {
    try {
      await views.database.prepare();
      const lease = await awaitLease(views, signal, onProgress);
      if (lease) await projectUnder(lease, views, signal, onProgress);
    } catch (error) {
      if (error instanceof EventStoreError && error.code === 'closed') return;
      // Its rows are no longer ours, so nothing of ours is in them.
      if (error instanceof ViewTakenOver) views.positions.set([[error.view, null]]);
      views.report({ type: 'projecting-failed', error, retryIn });
      await sleep(retryIn, undefined, { signal }).catch(() => {});
      retryIn = Math.min(2 * retryIn, LAST_RETRY);
    }
  }
}

async function projectUnder(
  lease: ProjectionLease,
  views: Projecting,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<void> {
  views.leading(true);
  try {
    const follow = (either: AbortSignal) => views.follow(views, either, onProgress);
    const watch = (either: AbortSignal) => watchCheckpoints(views, either);
    const works = views.database.isShared ? [follow, watch] : [follow];
    await untilFirstEnds(AbortSignal.any([signal, lease.lost]), works);
  } finally {
    views.leading(false);
    await lease.release();
  }
  if (!signal.aborted) views.report({ type: 'lease-lost' });
}

/** Runs all until one ends or `signal` aborts, and resolves once every one has ended; throws what the first one threw. */
async function untilFirstEnds(
  signal: AbortSignal,
  works: readonly ((signal: AbortSignal) => Promise<void>)[],
): Promise<void> {
  const stop = new AbortController();
  const either = AbortSignal.any([signal, stop.signal]);
  const running = works.map((work) => work(either));
  try {
    await Promise.race(running);
  } finally {
    stop.abort();
    await Promise.allSettled(running);
  }
}
