import { describe, expect, it } from '@jest/globals';
import { all, newEvent, newEvents, newStream, type RawClient } from './raw-client.js';
import { handlerFailed, refusalOf, wrongVersion } from './refusal.js';

/** Table A, first part: what an append is answered, by the version that it expects. */
export function observeAppends(raw: () => RawClient): void {
  describe('an append', () => {
    it.each(['no_stream', 'any'] as const)(
      'begins a stream when it expects %s',
      async (expected) => {
        const result = await raw().append(newStream(), newEvents(3), expected);
        expect(result).toEqual({
          success: true,
          nextExpectedRevision: 2n,
          position: { commit: expect.any(BigInt), prepare: result.position?.commit },
        });
      },
    );

    it.each([0n, 1n, 3, 'any', 'stream_exists'] as const)(
      'goes on behind the head when it expects %s',
      async (expected) => {
        const stream = newStream();
        const head = expected === 0n ? 0 : expected === 3 ? 3 : 1;
        await raw().fill(stream, head + 1);
        // A version given as a number is taken like a bigint.
        const result = await raw().append(stream, newEvents(2), expected as bigint);
        expect(result.nextExpectedRevision).toBe(BigInt(head + 2));
      },
    );

    it('is answered with the position of its last event', async () => {
      const stream = newStream();
      const { position } = await raw().append(stream, newEvents(3), 'no_stream');
      const [last] = await all(
        raw().client.readStream(stream, {
          direction: 'backwards',
          fromRevision: 'end',
          maxCount: 1,
        }),
      );
      expect(last?.event?.position).toEqual(position);
      expect(last?.commitPosition).toBe(position?.commit);
    });

    it.each([
      ['no_stream', 'no_stream'],
      [0n, 0n],
      [7n, 7n],
    ] as const)('conflicts with a stream at version 4 when it expects %s', async (asked, told) => {
      const stream = newStream();
      await raw().fill(stream, 5);
      expect(await refusalOf(() => raw().append(stream, newEvent(), asked))).toEqual(
        wrongVersion(stream, told, 4n),
      );
    });

    it.each([
      [0n, 0n],
      [5n, 5n],
      ['stream_exists', 'stream_exists'],
    ] as const)('conflicts with a missing stream when it expects %s', async (asked, told) => {
      const stream = newStream();
      expect(await refusalOf(() => raw().append(stream, newEvent(), asked))).toEqual(
        wrongVersion(stream, told, 'no_stream'),
      );
    });

    it('never leaves the client when it expects a negative version', async () => {
      expect(await refusalOf(() => raw().append(newStream(), newEvent(), -1n))).toMatchObject({
        class: 'UnknownError',
        code: 13,
        message: expect.stringContaining('Request message serialization failure'),
      });
    });

    it('is answered a revision that does not exist when it has no events', async () => {
      const stream = newStream();
      const none = { success: true, nextExpectedRevision: 0n };
      expect(await raw().append(stream, [], 'no_stream')).toMatchObject(none);
      expect(await raw().append(stream, [], 'any')).toMatchObject(none);
      expect(await refusalOf(() => raw().append(stream, newEvent(), 0n))).toEqual(
        wrongVersion(stream, 0n, 'no_stream'),
      );
      await raw().append(stream, newEvents(5), 'no_stream');
      expect(await raw().append(stream, [], 4n)).toMatchObject({ nextExpectedRevision: 4n });
      expect(await refusalOf(() => raw().append(stream, [], 2n))).toEqual(
        wrongVersion(stream, 2n, 4n),
      );
    });

    it('is told the head without an error when the client is to throw none', async () => {
      const quiet = raw().quiet();
      const stream = newStream();
      await raw().fill(stream, 5);
      const failed = { success: false, position: undefined };
      expect(await quiet.append(stream, newEvent(), 1n)).toEqual({
        ...failed,
        nextExpectedRevision: 4n,
      });
      expect(await quiet.append(newStream(), newEvent(), 1n)).toEqual({
        ...failed,
        nextExpectedRevision: -1n,
      });
      await quiet.close();
    });

    it('is written by one of two that race, whole, and conflicts for the other', async () => {
      for (let race = 0; race < 20; race += 1) {
        const stream = newStream();
        const results = await Promise.allSettled([
          raw().append(stream, newEvents(2), 'no_stream'),
          raw().append(stream, newEvents(2), 'no_stream'),
        ]);
        const lost = results.filter((each) => each.status === 'rejected');
        expect(lost.map(({ reason }) => reason as unknown)).toEqual([
          expect.objectContaining({ actualVersion: 1n }),
        ]);
        expect(await raw().revisionsIn(stream)).toEqual([0n, 1n]);
      }
    });

    it.each(['', 'no-uuid', '00000000-0000-0000-0000-000000000000'])(
      'fails in the server when an event has the id "%s"',
      async (id) => {
        expect(await refusalOf(() => raw().append(newStream(), { ...newEvent(), id }))).toEqual(
          handlerFailed,
        );
      },
    );

    it('fails in the server when an event has no type or the stream no name', async () => {
      const untyped = { ...newEvent(), type: '' };
      expect(await refusalOf(() => raw().append(newStream(), untyped))).toEqual(handlerFailed);
      expect(await refusalOf(() => raw().append('', newEvent()))).toEqual(handlerFailed);
    });
  });
}
