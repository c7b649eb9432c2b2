import { beforeEach, describe, expect, it } from '@jest/globals';
import type { Subject } from '../event-store.contract.js';
import { NO_STREAM, type Position, type StoredEvent } from '../event-store.js';
import { idsOf, newStream, readLog, sampleEvents } from './sample-log.contract.js';

export function describeReading(subject: Subject): void {
  describe('reading a long stream', () => {
    let stream: string;
    let events: readonly StoredEvent[];

    beforeEach(async () => {
      stream = newStream();
      await subject.store.append(stream, NO_STREAM, sampleEvents(3));
      await subject.store.append(newStream(), NO_STREAM, sampleEvents(1));
      await subject.store.append(stream, 2, sampleEvents(4));
      events = await subject.store.readStream(stream);
    });

    it.each([1, 2, 3, 7, 100])('comes oldest first without a gap, %p at a time', async (size) => {
      const read: StoredEvent[] = [];
      for (let after = NO_STREAM; ; after = read.at(-1)?.version ?? NO_STREAM) {
        const page = await subject.store.readStreamPage(stream, after, size);
        expect(page.length).toBeLessThanOrEqual(size);
        if (page.length === 0) break;
        read.push(...page);
      }
      expect(read).toEqual(events);
    });

    it('is empty behind its last event, and where there is no such stream', async () => {
      expect(await subject.store.readStreamPage(stream, 6, 10)).toEqual([]);
      expect(await subject.store.readStreamPage(stream, 1_000, 10)).toEqual([]);
      expect(await subject.store.readStreamPage(newStream(), NO_STREAM, 10)).toEqual([]);
    });

    it('refuses what is no version and no limit', async () => {
      for (const [after, limit] of [
        [-2, 1],
        [0.5, 1],
        [0, 0],
        [0, 1.5],
      ] as const) {
        const reading = subject.store.readStreamPage(stream, after, limit);
        await expect(reading).rejects.toMatchObject({ code: 'invalid' });
      }
    });
  });

  describe('reading the whole log', () => {
    let before: Position | null;
    let log: readonly StoredEvent[];

    beforeEach(async () => {
      before = await subject.store.head();
      const [a, b] = [newStream(), newStream()];
      await subject.store.append(a, NO_STREAM, sampleEvents(3));
      await subject.store.append(b, NO_STREAM, sampleEvents(2));
      await subject.store.append(a, 2, sampleEvents(2));
      log = [
        ...(await subject.store.readStream(a)).slice(0, 3),
        ...(await subject.store.readStream(b)),
        ...(await subject.store.readStream(a)).slice(3),
      ];
    });

    it.each([1, 2, 3, 7, 100])(
      'comes in commit order without a gap, %p at a time',
      async (size) => {
        expect(await readLog(subject.store, before, size)).toEqual(log);
      },
    );

    it('starts behind the given event', async () => {
      for (const [at, { position }] of log.entries()) {
        expect(await subject.store.readAll(position, 100)).toEqual(log.slice(at + 1));
      }
    });

    it('keeps to the limit', async () => {
      for (const limit of [1, 2, 6, 7, 8, 1_000_000]) {
        expect(await subject.store.readAll(before, limit)).toEqual(log.slice(0, limit));
      }
    });

    it('starts with the first event of the log when no position is given', async () => {
      const [first, second] = await subject.store.readAll(null, 2);
      expect(await subject.store.readAll(null, 1)).toEqual([first]);
      expect(first && (await subject.store.readAll(first.position, 1))).toEqual([second]);
    });

    it('is empty behind the head', async () => {
      const head = await subject.store.head();
      expect(head).toBe(log.at(-1)?.position);
      expect(await subject.store.readAll(head, 10)).toEqual([]);
    });

    it('refuses a position that is no event’s', async () => {
      const known = new Set(log.map(({ position }) => position));
      const head = log.at(-1)?.position ?? 0n;
      const between = [...known].map((position) => position + 1n).filter((p) => !known.has(p));
      const foreign = [...between, head + 1n, head * 2n + 5n, -1n, -(2n ** 63n), -(2n ** 70n)];

      for (const after of [...foreign, 2n ** 63n - 1n, 2n ** 63n, 2n ** 64n, 2n ** 70n]) {
        await expect(subject.store.readAll(after, 10)).rejects.toMatchObject({
          code: 'position-unknown',
        });
      }
    });

    it('shows concurrent appends in one order, each whole and in its stream’s order', async () => {
      const start = await subject.store.head();
      const streams = Array.from({ length: 10 }, newStream);
      await Promise.all(
        streams.map(async (stream) => {
          for (let version = NO_STREAM; version < 8; version += 3) {
            await subject.store.append(stream, version, sampleEvents(3));
          }
        }),
      );

      const written = await readLog(subject.store, start, 7);
      expect(written).toHaveLength(90);
      expect(new Set(idsOf(written)).size).toBe(90);
      for (const stream of streams) {
        const own = written.filter((event) => event.stream === stream);
        expect(own).toEqual(await subject.store.readStream(stream));
      }
      const ascending = written.map(({ position }) => position);
      expect(ascending).toEqual(ascending.toSorted((a, b) => (a < b ? -1 : 1)));
    });
  });
}
