import { describe, expect, it } from '@jest/globals';
import type { Subject } from '../event-store.contract.js';
import { NO_STREAM } from '../event-store.js';
import { idsOf, newStream, readLog, sampleEvent, sampleEvents } from './sample-log.contract.js';

export function describeAppending(subject: Subject): void {
  describe('appending', () => {
    it('reads a stream that does not exist as empty', async () => {
      expect(await subject.store.readStream(newStream())).toEqual([]);
    });

    it('gives the first event of a stream version 0 and counts on from there', async () => {
      const stream = newStream();
      const first = await subject.store.append(stream, NO_STREAM, sampleEvents(1));
      const more = await subject.store.append(stream, 0, sampleEvents(3));
      const last = await subject.store.append(stream, 3, sampleEvents(1));

      expect([first.version, more.version, last.version]).toEqual([0, 3, 4]);
      const versions = (await subject.store.readStream(stream)).map(({ version }) => version);
      expect(versions).toEqual([0, 1, 2, 3, 4]);
    });

    it('answers with version and position of the last event, as every reader sees them', async () => {
      const stream = newStream();
      const before = await subject.store.head();
      const events = sampleEvents(3);
      const appended = await subject.store.append(stream, NO_STREAM, events);

      const fromStream = await subject.store.readStream(stream);
      expect(fromStream.at(-1)).toMatchObject(appended);
      expect(idsOf(fromStream)).toEqual(idsOf(events));
      expect(await readLog(subject.store, before)).toEqual(fromStream);
      expect(await subject.store.head()).toBe(appended.position);
    });

    it('gives each event a position of 64 bits behind all earlier ones', async () => {
      const before = await subject.store.head();
      const streams = [newStream(), newStream()];
      for (const stream of streams) await subject.store.append(stream, NO_STREAM, sampleEvents(3));

      const positions = (await readLog(subject.store, before)).map(({ position }) => position);
      expect(positions).toHaveLength(6);
      for (const [at, position] of positions.entries()) {
        expect(typeof position).toBe('bigint');
        expect(position).toBe(BigInt.asIntN(64, position));
        expect(position > (positions[at - 1] ?? before ?? -1n)).toBe(true);
      }
    });

    it('keeps apart streams that hold events with the same id', async () => {
      const event = sampleEvent();
      const [one, other] = [newStream(), newStream()];
      await subject.store.append(one, NO_STREAM, [event]);
      await subject.store.append(other, NO_STREAM, [event]);

      expect(idsOf(await subject.store.readStream(one))).toEqual([event.id]);
      expect(idsOf(await subject.store.readStream(other))).toEqual([event.id]);
    });

    it('holds after a restart exactly what it held before', async () => {
      const before = await subject.store.head();
      const stream = newStream();
      await subject.store.append(stream, NO_STREAM, sampleEvents(2));
      await subject.store.append(stream, 1, sampleEvents(2));
      const held = await readLog(subject.store, before);
      const head = await subject.store.head();

      const restarted = await subject.restart();

      expect(await readLog(restarted, before)).toEqual(held);
      expect(await restarted.readStream(stream)).toEqual(held);
      expect(await restarted.head()).toBe(head);
      const next = await restarted.append(stream, 3, sampleEvents(1));
      expect(next.version).toBe(4);
      expect(next.position > (head ?? -1n)).toBe(true);
    });
  });
}
