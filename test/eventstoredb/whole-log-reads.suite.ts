import { describe, expect, it } from '@jest/globals';
import type { Position, ReadAllOptions } from '@eventstore/db-client';
import { all, idsOf, newStream, type RawClient } from './raw-client.js';
import { handlerFailed, refusalOf, wholeReadFailed } from './refusal.js';

const END = { commit: 2n ** 64n - 1n, prepare: 2n ** 64n - 1n };

/** Table B, last part: reading `$all`. The log may be shared with others who write meanwhile. */
export function observeWholeLogReads(raw: () => RawClient): void {
  describe('a read of the whole log', () => {
    const read = async (options: ReadAllOptions) => {
      const events = await all(raw().client.readAll({ maxCount: 1_000, ...options }));
      return events.map(({ event }) => event).filter((event) => event !== undefined);
    };

    /** A new stream of so many events, and where each stands. */
    const written = async (count: number) => {
      const stream = newStream();
      await raw().fill(stream, count);
      const events = await all(raw().client.readStream(stream));
      return events.map(({ event }) => positionOf(event?.position));
    };

    it('begins with the event at its position, or at the position of its commit', async () => {
      const [first, second] = await written(2);
      if (!first || !second) throw new Error('Two events were written.');
      const [from] = await read({ fromPosition: second, maxCount: 1 });
      expect(from?.position).toEqual(second);
      const [fromCommit] = await read({
        fromPosition: { commit: first.commit, prepare: 0n },
        maxCount: 1,
      });
      expect(fromCommit?.position).toEqual(first);
    });

    it('ends, backwards, before the event at its position', async () => {
      const [first, second] = await written(2);
      if (!first || !second) throw new Error('Two events were written.');
      const [before] = await read({ direction: 'backwards', fromPosition: second, maxCount: 1 });
      expect(before?.position).toEqual(first);
    });

    it('gives every event once, at strictly increasing positions', async () => {
      const positions = await written(5);
      const [first] = positions;
      if (!first) throw new Error('Five events were written.');
      const events = await read({ fromPosition: first });
      const commits = events.map(({ position }) => positionOf(position).commit);
      expect(commits).toEqual([...new Set(commits)].toSorted((a, b) => (a < b ? -1 : 1)));
      expect(events.map(({ position }) => position)).toEqual(expect.arrayContaining(positions));
      for (const { position } of events) expect(position?.prepare).toBe(position?.commit);
    });

    it('is the same backwards', async () => {
      const positions = await written(5);
      const last = positions.at(-1);
      const [first] = positions;
      if (!first || !last) throw new Error('Five events were written.');
      const forwards = await read({ fromPosition: first, maxCount: 4 });
      const backwards = await read({ direction: 'backwards', fromPosition: last, maxCount: 4 });
      expect(backwards.toReversed()).toEqual(forwards);
    });

    it.each([1n, -1n])('fails in the server %p off an event', async (off) => {
      const [position] = await written(2);
      if (!position) throw new Error('Two events were written.');
      const fromPosition = { commit: position.commit + off, prepare: position.prepare + off };
      for (const direction of ['forwards', 'backwards'] as const) {
        expect(await refusalOf(() => read({ direction, fromPosition }))).toEqual(wholeReadFailed);
      }
    });

    it('fails in the server where the preparation comes behind the commit', async () => {
      const [position] = await written(1);
      if (!position) throw new Error('An event was written.');
      const fromPosition = { commit: position.commit, prepare: position.prepare + 1n };
      expect(await refusalOf(() => read({ fromPosition }))).toEqual(handlerFailed);
    });

    it('gives nothing beyond the end, and fails there backwards', async () => {
      const fromPosition = { commit: 2n ** 60n, prepare: 2n ** 60n };
      expect(await read({ fromPosition })).toEqual([]);
      expect(await refusalOf(() => read({ direction: 'backwards', fromPosition }))).toEqual(
        wholeReadFailed,
      );
    });

    it('takes the largest position for the end', async () => {
      const [last] = (await written(1)).slice(-1);
      const backwards = await read({ direction: 'backwards', fromPosition: END, maxCount: 50 });
      expect(backwards.map(({ position }) => position)).toContainEqual(last);
    });

    it.each([END, 'end'] as const)('gives nothing forwards from the end', async (fromPosition) => {
      expect(await read({ fromPosition })).toEqual([]);
    });

    it('is given the streams of the server too', async () => {
      const streams = (await read({ fromPosition: 'start' })).map(({ streamId }) => streamId);
      expect(streams.some((name) => name.startsWith('$'))).toBe(true);
    });

    it('never ends when it asks for no event', async () => {
      const reading = all(raw().client.readAll({ maxCount: 0 })).then(() => 'ended');
      const waiting = new Promise((resolve) => setTimeout(() => resolve('waits'), 500));
      expect(await Promise.race([reading, waiting])).toBe('waits');
    });

    it('shows a soft-deleted stream and one deleted for ever', async () => {
      const stream = newStream();
      const events = await raw().fill(stream, 2);
      const [first] = await all(raw().client.readStream(stream));
      await raw().delete(stream);
      await raw().tombstone(stream);
      const seen = (await read({ fromPosition: positionOf(first?.event?.position) })).filter(
        ({ streamId }) => streamId.endsWith(stream),
      );
      expect(seen.map(({ id }) => id).slice(0, 2)).toEqual(idsOf(events));
      expect(
        seen.slice(2).map(({ streamId, type, revision }) => [streamId, type, revision]),
      ).toEqual([
        [`$$${stream}`, '$metadata', 0n],
        [stream, '$streamDeleted', 2n ** 63n - 1n],
      ]);
    });
  });
}

function positionOf(position: Position | undefined): Position {
  if (position === undefined) throw new Error('The event has no position.');
  return position;
}
