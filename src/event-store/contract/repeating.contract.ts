import { describe, expect, it } from '@jest/globals';
import type { Subject } from '../event-store.contract.js';
import { NO_STREAM, type NewEvent } from '../event-store.js';
import { newStream, sampleEvent, sampleEvents } from './sample-log.contract.js';

export function describeRepeating(subject: Subject): void {
  describe('an append repeated with the same ids and expected version', () => {
    it('is answered as the first time and writes nothing', async () => {
      const stream = newStream();
      const events = sampleEvents(3);
      const first = await subject.store.append(stream, NO_STREAM, events);

      await writesNothing(stream, async () => {
        expect(await subject.store.append(stream, NO_STREAM, events)).toEqual(first);
      });
    });

    it('is answered as the first time after later events, and after a restart', async () => {
      const stream = newStream();
      await subject.store.append(stream, NO_STREAM, sampleEvents(2));
      const events = sampleEvents(2);
      const first = await subject.store.append(stream, 1, events);
      await subject.store.append(stream, 3, sampleEvents(2));
      await subject.store.append(newStream(), NO_STREAM, sampleEvents(2));

      await writesNothing(stream, async () => {
        expect(await subject.store.append(stream, 1, events)).toEqual(first);
      });
      await subject.restart();
      await writesNothing(stream, async () => {
        expect(await subject.store.append(stream, 1, events)).toEqual(first);
      });
    });

    it('is answered alike when both are on their way at once', async () => {
      const stream = newStream();
      const events = sampleEvents(2);
      const repeat = () => subject.store.append(stream, NO_STREAM, events);
      const [first, ...others] = await Promise.all([repeat(), repeat(), repeat(), repeat()]);

      for (const other of others) expect(other).toEqual(first);
      expect(await subject.store.readStream(stream)).toHaveLength(2);
    });

    it('counts as the same when its ids are written in upper case', async () => {
      const stream = newStream();
      const events = sampleEvents(2);
      const upperCase = events.map((event) => ({ ...event, id: event.id.toUpperCase() }));
      const first = await subject.store.append(stream, NO_STREAM, upperCase);

      await writesNothing(stream, async () => {
        expect(await subject.store.append(stream, NO_STREAM, events)).toEqual(first);
      });
    });

    it('keeps the bytes of the first time', async () => {
      const stream = newStream();
      const event = sampleEvent();
      await subject.store.append(stream, NO_STREAM, [event]);

      await writesNothing(stream, async () => {
        await subject.store.append(stream, NO_STREAM, [{ ...event, data: '{"other":true}' }]);
      });
    });

    it('may be a part of the first one, at the version of that part', async () => {
      const stream = newStream();
      const [a, b, c] = threeEvents();
      await subject.store.append(stream, NO_STREAM, [a, b, c]);
      await subject.store.append(stream, 2, sampleEvents(1));
      const stored = await subject.store.readStream(stream);
      const endOf = (version: number) => ({ version, position: stored[version]?.position });

      await writesNothing(stream, async () => {
        expect(await subject.store.append(stream, NO_STREAM, [a])).toEqual(endOf(0));
        expect(await subject.store.append(stream, NO_STREAM, [a, b])).toEqual(endOf(1));
        expect(await subject.store.append(stream, 0, [b])).toEqual(endOf(1));
        expect(await subject.store.append(stream, 0, [b, c])).toEqual(endOf(2));
      });
    });

    it('is a conflict when it is longer, reordered, at another version or partly new', async () => {
      const stream = newStream();
      const [a, b, c] = threeEvents();
      await subject.store.append(stream, NO_STREAM, [a, b]);
      const unlike: readonly (readonly [number, readonly NewEvent[]])[] = [
        [NO_STREAM, [a, b, c]],
        [NO_STREAM, [b, a]],
        [NO_STREAM, [c, b]],
        [NO_STREAM, [a, c]],
        [0, [a]],
        [0, [b, c]],
      ];

      const areConflicts = async () => {
        for (const [expectedVersion, events] of unlike) {
          await expect(subject.store.append(stream, expectedVersion, events)).rejects.toMatchObject(
            { code: 'version-conflict', expectedVersion },
          );
        }
      };
      await writesNothing(stream, areConflicts);
      await subject.store.append(stream, 1, sampleEvents(2));
      await writesNothing(stream, areConflicts);
    });
  });

  async function writesNothing(stream: string, attempt: () => Promise<void>): Promise<void> {
    const [held, head] = [await subject.store.readStream(stream), await subject.store.head()];
    await attempt();
    expect(await subject.store.readStream(stream)).toEqual(held);
    expect(await subject.store.head()).toBe(head);
  }
}

const threeEvents = (): readonly [NewEvent, NewEvent, NewEvent] => [
  sampleEvent(),
  sampleEvent(),
  sampleEvent(),
];
