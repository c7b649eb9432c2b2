import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { EventStoreError } from '../../event-store/event-store.errors.js';

const FIRST_RETRY = 100;
const LAST_RETRY = 5_000;

/** Runs `feed` again whenever it fails, later each time unless it ran for a while, until `signal` aborts or the event store closes. */
export async function keepFeeding(
  feed: () => Promise<void>,
  signal: AbortSignal,
  log: Logger,
): Promise<void> {
  let retryIn = FIRST_RETRY;
  while (!signal.aborted) {
    const began = performance.now();
    try {
      await feed();
    } catch (error) {
      if (error instanceof EventStoreError && error.code === 'closed') return;
      if (performance.now() - began > LAST_RETRY) retryIn = FIRST_RETRY;
      log.error({ err: error, retryIn }, 'webhooks could not be queued');
      await sleep(retryIn, undefined, { signal }).catch(() => undefined);
      retryIn = Math.min(2 * retryIn, LAST_RETRY);
    }
  }
}
