import { randomUUID } from 'node:crypto';
import { createHistogram } from 'node:perf_hooks';
import { NO_STREAM, type EventStore, type NewEvent } from '../../src/event-store/event-store.js';

/** What one round of appends came to; latencies in milliseconds. */
export interface AppendRound {
  readonly perSecond: number;
  readonly p50: number;
  readonly p99: number;
}

/** About 600 bytes, as the events of a governed request are. */
const DATA = JSON.stringify({ request: 'x'.repeat(580) });
const METADATA = JSON.stringify({ $correlationId: randomUUID(), actor: 'bench' });

const newEvent = (): NewEvent => ({
  id: randomUUID(),
  type: 'Measured',
  data: DATA,
  metadata: METADATA,
});

/** Appends single events to new streams, so many at once, for so many seconds. */
export async function appendFor(
  store: EventStore,
  seconds: number,
  concurrency: number,
): Promise<AppendRound> {
  const latencies = createHistogram();
  const begun = performance.now();
  const end = begun + seconds * 1_000;
  const writer = async () => {
    while (performance.now() < end) {
      const start = performance.now();
      await store.append(`governedRequest-${randomUUID()}`, NO_STREAM, [newEvent()]);
      latencies.record(Math.max(1, Math.round((performance.now() - start) * 1e6)));
    }
  };
  await Promise.all(Array.from({ length: concurrency }, writer));
  const took = (performance.now() - begun) / 1_000;
  const at = (percentile: number) => latencies.percentile(percentile) / 1e6;
  return { perSecond: latencies.count / took, p50: at(50), p99: at(99) };
}

/** Appends so many events in streams of ten; resolves to the position before the first of them. */
export async function fill(store: EventStore, events: number): Promise<bigint | null> {
  const before = await store.head();
  const streams = Math.ceil(events / 10);
  for (let written = 0; written < streams; written += 32) {
    const together = Math.min(32, streams - written);
    await Promise.all(Array.from({ length: together }, () => appendTen(store)));
  }
  return before;
}

const appendTen = (store: EventStore) =>
  store.append(`governedRequest-${randomUUID()}`, NO_STREAM, Array.from({ length: 10 }, newEvent));

/** Events per second at which a subscription catches up with the log behind `after`. */
export async function catchUp(store: EventStore, after: bigint | null): Promise<number> {
  const head = await store.head();
  const stop = new AbortController();
  const begun = performance.now();
  let received = 0;
  for await (const batch of store.subscribe(after, stop.signal)) {
    received += batch.length;
    if (batch.at(-1)?.position === head) stop.abort();
  }
  return received / ((performance.now() - begun) / 1_000);
}
