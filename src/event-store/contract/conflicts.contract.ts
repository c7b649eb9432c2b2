import { setImmediate as nextTurn } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import type { Subject } from '../event-store.contract.js';
import { VersionConflict } from '../event-store.errors.js';
import { NO_STREAM, type Appended, type NewEvent } from '../event-store.js';
import { eventsOf, idsOf, newStream, readLog, sampleEvents } from './sample-log.contract.js';

export function describeConflicts(subject: Subject): void {
  describe('a version conflict', () => {
    it.each([
      ['a version behind the stream', 3, 1],
      ['a version far behind the stream', 3, 0],
      ['a version ahead of the stream', 3, 3],
      ['NO_STREAM for a stream that exists', 2, NO_STREAM],
      ['any version of a stream that does not exist', 0, 0],
    ])('is %s', async (_, length, expectedVersion) => {
      const stream = newStream();
      if (length > 0) await subject.store.append(stream, NO_STREAM, sampleEvents(length));
      const [held, head] = [await subject.store.readStream(stream), await subject.store.head()];

      const conflict = await refusedAppend(stream, expectedVersion, sampleEvents(2));

      expect(conflict).toMatchObject({
        code: 'version-conflict',
        stream,
        expectedVersion,
        actualVersion: length - 1,
      });
      expect(await subject.store.readStream(stream)).toEqual(held);
      expect(await subject.store.head()).toBe(head);
    });

    it('leaves exactly one winner among writers that start at the same version', async () => {
      const stream = newStream();
      for (let version = NO_STREAM; version < 12; version += 3) {
        const writers = Array.from({ length: 8 }, () => sampleEvents(3));
        const outcomes = await Promise.allSettled(
          writers.map((events) => subject.store.append(stream, version, events)),
        );

        const winners = writers.filter((_, at) => outcomes[at]?.status === 'fulfilled');
        expect(winners).toHaveLength(1);
        expect(outcomes.map(standing)).toEqual(outcomes.map(() => version + 3));
        const tail = (await subject.store.readStream(stream)).slice(version + 1);
        expect(idsOf(tail)).toEqual(winners.flatMap(idsOf));
      }
    });

    it('does not touch the appends to other streams at the same moment', async () => {
      const taken = newStream();
      await subject.store.append(taken, NO_STREAM, sampleEvents(1));
      const before = await subject.store.head();
      const free = Array.from({ length: 12 }, newStream);

      const outcomes = await Promise.allSettled(
        free.flatMap((stream) => [
          subject.store.append(stream, NO_STREAM, sampleEvents(2)),
          subject.store.append(taken, NO_STREAM, sampleEvents(2)),
        ]),
      );

      expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(12);
      const log = await readLog(subject.store, before);
      expect(eventsOf(free, log)).toHaveLength(24);
      expect(eventsOf([taken], log)).toEqual([]);
    });

    it('never shows a reader a part of an append', async () => {
      const stream = newStream();
      const writing = (async () => {
        for (let version = NO_STREAM; version < 199; version += 20) {
          await subject.store.append(stream, version, sampleEvents(20));
        }
      })();
      const lengths: number[] = [];
      while ((lengths.at(-1) ?? 0) < 200) {
        lengths.push((await subject.store.readStream(stream)).length);
        await nextTurn();
      }
      await writing;

      expect(lengths.filter((length) => length % 20 !== 0)).toEqual([]);
    });
  });

  async function refusedAppend(
    stream: string,
    expectedVersion: number,
    events: readonly NewEvent[],
  ): Promise<VersionConflict> {
    const refusal: unknown = await subject.store
      .append(stream, expectedVersion, events)
      .catch((error: unknown) => error);
    expect(refusal).toBeInstanceOf(VersionConflict);
    return refusal as VersionConflict;
  }
}

/** Where the stream stands according to an answer: a winner's version, a loser's actual one. */
const standing = (outcome: PromiseSettledResult<Appended>): unknown =>
  outcome.status === 'fulfilled'
    ? outcome.value.version
    : outcome.reason instanceof VersionConflict && outcome.reason.actualVersion;
