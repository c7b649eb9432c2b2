import { setImmediate as nextTurn } from 'node:timers/promises';
import type { StoredEvent } from '../../event-store/event-store.js';

/** Bounds of what is applied in one transaction: enough to be fast, little enough to let others in between. */
export interface BatchBounds {
  readonly events: number;
  /** UTF-16 code units of data. */
  readonly data: number;
}

type Batches = AsyncIterable<readonly StoredEvent[]>;

/**
 * Puts the batches of a subscription together, and cuts large ones, so that each is as large as the bounds allow and
 * none is held back for another to come. Reads one batch ahead. To end it early, end the subscription first.
 */
export async function* mergeBatches(
  subscription: Batches,
  bounds: BatchBounds,
): AsyncGenerator<readonly StoredEvent[], void> {
  const batches = subscription[Symbol.asyncIterator]();
  const readAhead = () => {
    const next = batches.next();
    // Its failure is met when it is awaited, which may be only after others were applied.
    next.catch(() => {});
    return next;
  };
  let ahead = readAhead();
  for (;;) {
    const first = await ahead;
    if (first.done) return;
    const merged = [...first.value];
    ahead = readAhead();
    while (merged.length < bounds.events && sizeOf(merged) < bounds.data) {
      const more = await Promise.race([ahead, nextTurn(null)]);
      if (!more || more.done) break;
      merged.push(...more.value);
      ahead = readAhead();
    }
    yield* cut(merged, bounds);
  }
}

const sizeOf = (events: readonly StoredEvent[]): number =>
  events.reduce((size, { data }) => size + data.length, 0);

function* cut(
  events: readonly StoredEvent[],
  bounds: BatchBounds,
): Generator<readonly StoredEvent[]> {
  let batch: StoredEvent[] = [];
  let size = 0;
  for (const event of events) {
    const isFull = batch.length === bounds.events || size + event.data.length > bounds.data;
    if (isFull && batch.length > 0) {
      yield batch;
      batch = [];
      size = 0;
    }
    batch.push(event);
    size += event.data.length;
  }
  if (batch.length > 0) yield batch;
}
