import { describe, expect, it } from '@jest/globals';
import { all, idsOf, newEvent, newEvents, newStream, type RawClient } from './raw-client.js';
import { refusalOf, wrongVersion } from './refusal.js';

/** Table A, second part: what becomes of an append whose event ids were written before. */
export function observeRepeatedAppends(raw: () => RawClient): void {
  describe('an append of events that were written before', () => {
    it.each(['no_stream', 'any'] as const)(
      'is answered as the first time (%s)',
      async (expected) => {
        const stream = newStream();
        const events = newEvents(3);
        const first = await raw().append(stream, events, expected);
        expect(await raw().append(stream, events, expected)).toEqual(first);
        await raw().append(stream, newEvents(2), 2n);
        await raw().fill(newStream(), 50);
        expect(await raw().append(stream, events, expected)).toEqual(first);
        expect(await raw().revisionsIn(stream)).toHaveLength(5);
      },
    );

    it.each([1n, 'stream_exists'] as const)(
      'is answered as the first time behind others (%s)',
      async (expected) => {
        const stream = newStream();
        await raw().fill(stream, 2);
        const events = newEvents(2);
        const first = await raw().append(stream, events, expected);
        await raw().append(stream, newEvent());
        expect(await raw().append(stream, events, expected)).toEqual(first);
        expect(await raw().revisionsIn(stream)).toHaveLength(5);
      },
    );

    it('is not looked at again: other data under the same ids is ignored', async () => {
      const stream = newStream();
      const id = crypto.randomUUID();
      await raw().append(stream, newEvent({ said: 'first' }, id), 'no_stream');
      await raw().append(stream, newEvent({ said: 'second' }, id.toUpperCase()), 'no_stream');
      const events = await all(raw().client.readStream(stream));
      expect(events.map(({ event }) => event?.data)).toEqual([{ said: 'first' }]);
    });

    it('is written twice at the head', async () => {
      const stream = newStream();
      const events = await raw().fill(stream, 2);
      expect(await raw().append(stream, events, 1n)).toMatchObject({ nextExpectedRevision: 3n });
      expect(await raw().idsIn(stream)).toEqual([...idsOf(events), ...idsOf(events)]);
    });

    it('conflicts at any other version', async () => {
      const stream = newStream();
      const events = await raw().fill(stream, 3);
      for (const version of [0n, 1n, 9n]) {
        expect(await refusalOf(() => raw().append(stream, events, version))).toEqual(
          wrongVersion(stream, version, 2n),
        );
      }
    });

    it('is a repetition too when it is the beginning or the middle of the first', async () => {
      const stream = newStream();
      const events = await raw().fill(stream, 5);
      const asked = [
        [events.slice(0, 2), 'no_stream', 1n],
        [events.slice(0, 2), 'any', 1n],
        [events.slice(1, 3), 0n, 2n],
        [events.slice(2, 5), 1n, 4n],
        [events.slice(2, 3), 'stream_exists', 2n],
      ] as const;
      const positions = await positionsIn(stream);
      for (const [part, expected, last] of asked) {
        expect(await raw().append(stream, part, expected)).toEqual({
          success: true,
          nextExpectedRevision: last,
          position: positions[Number(last)],
        });
      }
      expect(await raw().revisionsIn(stream)).toHaveLength(5);
    });

    it.each(['no_stream', 'any', 'stream_exists'] as const)(
      'conflicts when new events follow those (%s)',
      async (expected) => {
        const stream = newStream();
        const [first, second] = await raw().fill(stream, 2);
        if (!first || !second) throw new Error('Two events were filled in.');
        const conflict = wrongVersion(stream, expected, 1n);
        const longer = [first, second, newEvent()];
        for (const events of [[first, newEvent()], longer]) {
          expect(await refusalOf(() => raw().append(stream, events, expected))).toEqual(conflict);
        }
      },
    );

    it('conflicts in another order where a version is named', async () => {
      const stream = newStream();
      const events = await raw().fill(stream, 2);
      expect(await refusalOf(() => raw().append(stream, events.toReversed(), 'no_stream'))).toEqual(
        wrongVersion(stream, 'no_stream', 1n),
      );
    });

    it('is taken for a repetition in another order where any version will do', async () => {
      const stream = newStream();
      const events = await raw().fill(stream, 2);
      expect(await raw().append(stream, events.toReversed(), 'any')).toMatchObject({
        nextExpectedRevision: 0n,
      });
      expect(await raw().revisionsIn(stream)).toHaveLength(2);
    });

    it('is written when a new event leads it', async () => {
      const stream = newStream();
      const [first] = await raw().fill(stream, 2);
      if (!first) throw new Error('Two events were filled in.');
      expect(await raw().append(stream, [newEvent(), first], 'any')).toMatchObject({
        nextExpectedRevision: 3n,
      });
    });

    it('is written to another stream', async () => {
      const events = await raw().fill(newStream(), 2);
      expect(await raw().append(newStream(), events, 'any')).toMatchObject({
        nextExpectedRevision: 1n,
      });
    });

    it('may hold an id twice, and is repeated all the same', async () => {
      const stream = newStream();
      const event = newEvent();
      const first = await raw().append(stream, [event, event], 'no_stream');
      expect(first.nextExpectedRevision).toBe(1n);
      expect(await raw().append(stream, [event, event], 'no_stream')).toEqual(first);
    });

    it('is answered without a position once the stream is deleted', async () => {
      const stream = newStream();
      const [event] = await raw().fill(stream, 1);
      if (!event) throw new Error('One event was filled in.');
      await raw().delete(stream);
      expect(await raw().append(stream, event, 'no_stream')).toEqual({
        success: true,
        nextExpectedRevision: 0n,
        position: undefined,
      });
      expect(await raw().append(stream, newEvent(), 'no_stream')).toMatchObject({
        nextExpectedRevision: 1n,
      });
      expect(await raw().revisionsIn(stream)).toEqual([1n]);
    });
  });

  async function positionsIn(stream: string) {
    const events = await all(raw().client.readStream(stream));
    return events.map(({ event }) => event?.position);
  }
}
