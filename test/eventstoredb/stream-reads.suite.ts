import { describe, expect, it } from '@jest/globals';
import type { ReadStreamOptions } from '@eventstore/db-client';
import { all, newStream, type RawClient } from './raw-client.js';
import { handlerFailed, refusalOf, streamNotFound, streamReadFailed } from './refusal.js';

/** Table B, first part: reading one stream. */
export function observeStreamReads(raw: () => RawClient): void {
  describe('a read of one stream', () => {
    const read = async (stream: string, options: ReadStreamOptions) =>
      (await all(raw().client.readStream(stream, options))).map(({ event }) => event?.revision);

    const filled = async (count: number) => {
      const stream = newStream();
      await raw().fill(stream, count);
      return stream;
    };

    it('says that there is no such stream', async () => {
      const stream = newStream();
      expect(await refusalOf(() => read(stream, {}))).toEqual(streamNotFound(stream));
    });

    it.each<readonly [ReadStreamOptions, readonly bigint[]]>([
      [{}, [0n, 1n, 2n, 3n, 4n]],
      [{ fromRevision: 3n }, [3n, 4n]],
      [{ fromRevision: 1n, maxCount: 2 }, [1n, 2n]],
      [{ fromRevision: 5n }, []],
      [{ fromRevision: 99n }, []],
      [{ direction: 'backwards', fromRevision: 'end' }, [4n, 3n, 2n, 1n, 0n]],
      [{ direction: 'backwards', fromRevision: 'end', maxCount: 1 }, [4n]],
      [{ direction: 'backwards', fromRevision: 2n }, [2n, 1n, 0n]],
      [{ direction: 'backwards', fromRevision: 99n, maxCount: 2 }, [4n, 3n]],
      [{ direction: 'backwards', fromRevision: 'start' }, [0n]],
    ])('with %p gives %p of five events', async (options, revisions) => {
      expect(await read(await filled(5), options)).toEqual(revisions);
    });

    it.each<ReadStreamOptions>([
      { fromRevision: 'end' },
      { maxCount: 0 },
      { fromRevision: 2n ** 64n - 1n },
    ])('fails in the server with %p', async (options) => {
      const stream = await filled(2);
      expect(await refusalOf(() => read(stream, options))).toEqual(streamReadFailed);
    });

    it('fails in the server from revision 2^63', async () => {
      const stream = await filled(2);
      expect(await refusalOf(() => read(stream, { fromRevision: 2n ** 63n }))).toEqual(
        handlerFailed,
      );
    });

    it.each([-1n, 2n ** 64n])('is refused by the client from revision %p', async (fromRevision) => {
      expect(await refusalOf(() => raw().client.readStream('x', { fromRevision }))).toMatchObject({
        class: 'InvalidArgumentError',
        type: 'invalid-argument',
      });
    });

    it.each([-1, 1.5, Infinity, 1e21])(
      'never leaves the client for %p events',
      async (maxCount) => {
        expect(await refusalOf(() => read('x', { maxCount }))).toMatchObject({
          class: 'UnknownError',
          code: 13,
          message: expect.stringContaining('Request message serialization failure'),
        });
      },
    );

    it('begins where the stream was cut off', async () => {
      const stream = await filled(5);
      await raw().truncate(stream, 3);
      expect(await read(stream, {})).toEqual([3n, 4n]);
      expect(await read(stream, { fromRevision: 1n })).toEqual([3n, 4n]);
      expect(await read(stream, { direction: 'backwards', fromRevision: 'end' })).toEqual([4n, 3n]);
      await raw().truncate(stream, 5);
      expect(await read(stream, {})).toEqual([]);
    });
  });
}
