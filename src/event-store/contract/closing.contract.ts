import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Subject } from '../event-store.contract.js';
import { NO_STREAM, type EventStore, type StoredEvent } from '../event-store.js';
import { newStream, sampleEvents, soon } from './sample-log.contract.js';

const calls: readonly (readonly [string, (store: EventStore) => Promise<unknown>])[] = [
  ['append', (store) => store.append(newStream(), NO_STREAM, sampleEvents(1))],
  ['readStream', (store) => store.readStream(newStream())],
  ['readStreamPage', (store) => store.readStreamPage(newStream(), NO_STREAM, 10)],
  ['readAll', (store) => store.readAll(null, 10)],
  ['head', (store) => store.head()],
  ['subscribe', (store) => readUntilTheEnd(store)],
];

export function describeClosing(subject: Subject): void {
  describe('closing', () => {
    it.each(calls)('makes %s refuse', async (_, call) => {
      const { store } = subject;
      await store.close();
      await expect(soon(call(store))).rejects.toMatchObject({ code: 'closed' });
    });

    it('refuses an append that comes after it began', async () => {
      const stream = newStream();
      const closing = subject.store.close();
      await expect(subject.store.append(stream, NO_STREAM, sampleEvents(1))).rejects.toMatchObject({
        code: 'closed',
      });
      await closing;
      const restarted = await subject.restart();
      expect(await restarted.readStream(stream)).toEqual([]);
    });

    it('waits for appends under way', async () => {
      const streams = Array.from({ length: 10 }, newStream);
      const underWay = streams.map((stream) =>
        subject.store.append(stream, NO_STREAM, sampleEvents(2)),
      );
      const [, ...appended] = await soon(Promise.all([subject.store.close(), ...underWay]));
      expect(appended).toHaveLength(10);

      const restarted = await subject.restart();
      for (const [at, stream] of streams.entries()) {
        expect((await restarted.readStream(stream)).at(-1)).toMatchObject(appended[at] ?? {});
      }
    });

    it('ends subscriptions, whether they wait or their reader is busy', async () => {
      const start = await subject.store.head();
      const stream = newStream();
      const waiting = readUntilTheEnd(subject.store);
      const busy = readUntilTheEnd(subject.store, start, () => sleep(50));
      await subject.store.append(stream, NO_STREAM, sampleEvents(1));
      await sleep(30);
      await soon(subject.store.close());

      await soon(waiting, 1_000);
      expect((await soon(busy, 1_000)).length).toBeLessThanOrEqual(1);
    });

    it('is harmless a second time, also at the same time', async () => {
      await soon(Promise.all([subject.store.close(), subject.store.close()]));
      await soon(subject.store.close());
    });

    it('does not wait for a subscription that its reader left', async () => {
      await subject.store.append(newStream(), NO_STREAM, sampleEvents(1));
      const [first] = await subject.store.readAll(null, 1);
      const { signal } = new AbortController();
      for await (const batch of subject.store.subscribe(null, signal)) {
        expect(batch[0]).toEqual(first);
        break;
      }
      await soon(subject.store.close(), 1_000);
    });
  });
}

async function readUntilTheEnd(
  store: EventStore,
  after: bigint | null = null,
  onBatch: () => Promise<void> = async () => {},
): Promise<readonly StoredEvent[]> {
  const events: StoredEvent[] = [];
  for await (const batch of store.subscribe(after, new AbortController().signal)) {
    events.push(...batch);
    await onBatch();
  }
  return events;
}
