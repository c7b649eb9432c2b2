import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Subject } from '../event-store.contract.js';
import { NO_STREAM, type Position, type StoredEvent } from '../event-store.js';
import { eventsOf, newStream, readLog, sampleEvents, soon } from './sample-log.contract.js';

export function describeSubscribing(subject: Subject): void {
  describe('a subscription', () => {
    let stop: AbortController;
    let start: Position | null;

    beforeEach(async () => {
      stop = new AbortController();
      start = await subject.store.head();
    });
    afterEach(() => stop.abort());

    it('replays what is stored behind a position, then goes on live', async () => {
      const stream = newStream();
      await subject.store.append(stream, NO_STREAM, sampleEvents(3));
      const reading = take(6, start);
      await soon(reading.received(3));
      await subject.store.append(stream, 2, sampleEvents(3));

      expect(await soon(reading.events)).toEqual(await subject.store.readStream(stream));
    });

    it('starts behind any event of the log', async () => {
      const stream = newStream();
      await subject.store.append(stream, NO_STREAM, sampleEvents(4));
      const stored = await subject.store.readStream(stream);
      for (const [at, { position }] of stored.slice(0, 3).entries()) {
        expect(await soon(take(3 - at, position).events)).toEqual(stored.slice(at + 1));
      }
    });

    it('starts with the first event of the log when no position is given', async () => {
      await subject.store.append(newStream(), NO_STREAM, sampleEvents(1));
      const [first] = await subject.store.readAll(null, 1);
      expect((await soon(take(1, null).events))[0]).toEqual(first);
    });

    it('has no gap and no duplicate between replay and live while writers go on', async () => {
      const streams = Array.from({ length: 4 }, newStream);
      await Promise.all(streams.map((stream) => appendPairs(stream, 0, 30)));
      const readings = Array.from({ length: 3 }, () => take(480, start));
      await Promise.all(streams.map((stream) => appendPairs(stream, 30, 60)));

      const log = eventsOf(streams, await readLog(subject.store, start));
      expect(log).toHaveLength(480);
      for (const reading of readings) {
        expect(eventsOf(streams, await soon(reading.events, 15_000))).toEqual(log);
      }
    });

    it('waits for a slow reader and loses nothing', async () => {
      const stream = newStream();
      const reading = take(1_200, start, () => sleep(20));
      for (let version = NO_STREAM; version < 1_199; version += 100) {
        await subject.store.append(stream, version, sampleEvents(100));
      }
      expect(await soon(reading.events, 15_000)).toEqual(await subject.store.readStream(stream));
    });

    it('delivers to each subscriber, wherever the others stand', async () => {
      const stream = newStream();
      const never = Promise.withResolvers<void>();
      const stalled = take(4, start, () => never.promise);
      const left = take(1, start);
      const staying = take(4, start);
      await subject.store.append(stream, NO_STREAM, sampleEvents(2));
      await soon(left.events);
      await soon(stalled.received(1));
      await subject.store.append(stream, 1, sampleEvents(2));

      expect(await soon(staying.events)).toEqual(await subject.store.readStream(stream));
      never.resolve();
      expect(await soon(stalled.events)).toEqual(await subject.store.readStream(stream));
    });

    it('ends promptly when it is aborted while it waits', async () => {
      const events = readUntilTheEnd(start);
      await sleep(30);
      stop.abort();
      expect(await soon(events, 1_000)).toEqual([]);
    });

    it('ends when it is aborted between two batches', async () => {
      const stream = newStream();
      await subject.store.append(stream, NO_STREAM, sampleEvents(1));
      const events = readUntilTheEnd(start, () => stop.abort());
      expect(await soon(events, 1_000)).toEqual(await subject.store.readStream(stream));
    });

    it('yields nothing when it was aborted before it began', async () => {
      await subject.store.append(newStream(), NO_STREAM, sampleEvents(1));
      stop.abort();
      expect(await soon(readUntilTheEnd(start), 1_000)).toEqual([]);
    });

    it('refuses to start behind a position that is no event’s', async () => {
      const { position } = await subject.store.append(newStream(), NO_STREAM, sampleEvents(1));
      for (const after of [position + 1n, -1n, 2n ** 63n]) {
        await expect(soon(readUntilTheEnd(after))).rejects.toMatchObject({
          code: 'position-unknown',
        });
      }
    });

    it('shows an event only after it can be read', async () => {
      const stream = newStream();
      let unreadable = 0;
      const reading = take(40, start, async (batch) => {
        const length = (await subject.store.readStream(stream)).length;
        unreadable += batch.filter(({ version }) => version >= length).length;
      });
      await appendPairs(stream, 0, 20);
      await soon(reading.events);
      expect(unreadable).toBe(0);
    });

    async function readUntilTheEnd(
      after: Position | null,
      onBatch: () => void = () => {},
    ): Promise<readonly StoredEvent[]> {
      const events: StoredEvent[] = [];
      for await (const batch of subject.store.subscribe(after, stop.signal)) {
        events.push(...batch);
        onBatch();
      }
      return events;
    }

    function take(
      count: number,
      after: Position | null,
      onBatch: (batch: readonly StoredEvent[]) => Promise<void> = async () => {},
    ): Reading {
      const progress = new EventTarget();
      const events: StoredEvent[] = [];
      const read = async () => {
        for await (const batch of subject.store.subscribe(after, stop.signal)) {
          if (batch.length === 0) throw new Error('A batch was empty.');
          events.push(...batch);
          progress.dispatchEvent(new Event('batch'));
          await onBatch(batch);
          if (events.length >= count) break;
        }
        return events;
      };
      const received = async (least: number) => {
        while (events.length < least) {
          await new Promise((resolve) => {
            progress.addEventListener('batch', resolve, { once: true });
          });
        }
      };
      return { events: read(), received };
    }
  });

  /** Appends `to - from` pairs of events to a stream that holds `from` of them. */
  async function appendPairs(stream: string, from: number, to: number): Promise<void> {
    for (let pair = from; pair < to; pair += 1) {
      await subject.store.append(stream, pair * 2 - 1, sampleEvents(2));
    }
  }
}

interface Reading {
  /** All events, once there are as many as were asked for. */
  readonly events: Promise<readonly StoredEvent[]>;
  /** Resolves once so many events have come. */
  received(least: number): Promise<void>;
}
