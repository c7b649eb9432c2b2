import { applyBatch } from './apply-batch.js';
import { lockCheckpoints } from './checkpoints.js';
import { emptyForeignViews } from './empty-foreign-views.js';
import { healBrokenStreams } from './heal-broken-streams.js';
import { mergeBatches } from './merge-batches.js';
import type { Following } from './projecting.js';
import { readEvent } from './read-event.js';

const BOUNDS = { events: 500, data: 8_388_608 };
/** Milliseconds that a view may lag behind of its own accord, where nobody waits for it. */
const LONGEST_REST = 200;

/**
 * Applies what the views miss of the log, then what is appended, until `signal` aborts; the batch under way is finished. Rows and
 * checkpoints are written in one transaction, so that nothing is applied twice or left out, whatever breaks off in between.
 */
export async function followLog(
  views: Following,
  signal: AbortSignal,
  onProgress: () => void,
): Promise<void> {
  const { store, database, projections, positions } = views;
  await prepare(views);
  const subscription = new AbortController();
  const either = AbortSignal.any([signal, subscription.signal]);
  let after = positions.smallest();
  try {
    for await (const stored of mergeBatches(store.subscribe(after, either), BOUNDS)) {
      if (signal.aborted) return;
      const begun = performance.now();
      const events = stored.map(readEvent);
      const { checkpoints, broken } = await applyBatch(database, projections, { after, events });
      for (const stream of broken) views.report({ type: 'stream-broken', ...stream });
      views.moved(checkpoints, events.length);
      onProgress();
      after = stored.at(-1)?.position ?? after;
      if (events.length < BOUNDS.events) await rest(views, performance.now() - begun, signal);
    }
  } finally {
    subscription.abort();
  }
  if (!signal.aborted) throw new Error('The subscription to the event store ended.');
}

async function prepare({ store, database, projections, report, moved }: Following): Promise<void> {
  for (const view of await emptyForeignViews(store, database, projections)) {
    report({ type: 'view-emptied', view });
  }
  for (const stream of await healBrokenStreams(store, database, projections)) {
    report({ type: 'stream-healed', ...stream });
  }
  moved(await database.write((trx) => lockCheckpoints(trx, projections)), 0);
}

/**
 * Views share the process with the commands they come from: between batches that are not full, three times as long as
 * the last one took is theirs. What comes meanwhile is folded together and costs one row a request.
 */
const rest = ({ positions }: Following, took: number, signal: AbortSignal): Promise<void> =>
  positions.rest(Math.min(3 * took, LONGEST_REST), signal);
