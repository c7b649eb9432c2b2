import { describe, expect, it } from '@jest/globals';
import { newEvent, newStream, type RawClient } from './raw-client.js';
import { refusalOf, streamDeleted, streamNotFound, wrongVersion } from './refusal.js';

/** Table B, second part: streams that were deleted, for now or for ever. */
export function observeDeletions(raw: () => RawClient): void {
  describe('a deleted stream', () => {
    const deleted = async () => {
      const stream = newStream();
      await raw().fill(stream, 3);
      await raw().delete(stream);
      return stream;
    };

    it('is not found', async () => {
      const stream = await deleted();
      expect(await refusalOf(() => raw().revisionsIn(stream))).toEqual(streamNotFound(stream));
    });

    it.each(['no_stream', 'any', 2n] as const)(
      'goes on behind its old head when an append expects %s',
      async (expected) => {
        const stream = await deleted();
        expect(await raw().append(stream, newEvent(), expected)).toMatchObject({
          nextExpectedRevision: 3n,
        });
        await raw().append(stream, newEvent(), 3n);
        expect(await raw().revisionsIn(stream)).toEqual([3n, 4n]);
      },
    );

    it('is deleted for an append that expects a stream, and conflicts with a stale version', async () => {
      const stream = await deleted();
      expect(await refusalOf(() => raw().append(stream, newEvent(), 'stream_exists'))).toEqual(
        streamDeleted(stream),
      );
      expect(await refusalOf(() => raw().append(stream, newEvent(), 1n))).toEqual(
        wrongVersion(stream, 1n, 2n),
      );
    });

    it('conflicts when it never was, or stands elsewhere', async () => {
      const missing = newStream();
      const stream = newStream();
      await raw().fill(stream, 3);
      const asked = [
        [missing, 'any', -2n, -1n],
        [stream, 1n, 1n, 2n],
      ] as const;
      for (const [name, expected, expectedVersion, actualVersion] of asked) {
        expect(await refusalOf(() => raw().delete(name, expected))).toMatchObject({
          class: 'WrongExpectedVersionError',
          code: 9,
          streamName: name,
          expectedVersion,
          actualVersion,
        });
      }
    });
  });

  describe('a stream deleted for ever', () => {
    const tombstoned = async () => {
      const stream = newStream();
      await raw().fill(stream, 1);
      await raw().tombstone(stream);
      return stream;
    };

    it('refuses reads and appends, whatever they expect', async () => {
      const stream = await tombstoned();
      const gone = streamDeleted(stream);
      expect(await refusalOf(() => raw().revisionsIn(stream))).toEqual(gone);
      for (const expected of ['any', 'no_stream', 'stream_exists', 0n] as const) {
        expect(await refusalOf(() => raw().append(stream, newEvent(), expected))).toEqual(gone);
      }
    });

    it('has no metadata any more', async () => {
      const stream = await tombstoned();
      expect(await refusalOf(() => raw().client.getStreamMetadata(stream))).toEqual(
        streamDeleted(`$$${stream}`),
      );
    });
  });
}
