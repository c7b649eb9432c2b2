import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import type { Subject } from '../event-store.contract.js';
import { NO_STREAM, type NewEvent } from '../event-store.js';
import { eventsOf, idsOf, newStream, readLog, sampleEvents } from './sample-log.contract.js';

/** One step of a history; `pick` chooses among what the history offers by then. */
type Step = {
  readonly kind: 'append' | 'stale' | 'ahead' | 'repeat' | 'repeat-part' | 'restart';
  readonly stream: number;
  readonly count: number;
  readonly pick: number;
};

/** An append that was accepted. */
type Accepted = {
  readonly stream: string;
  readonly expectedVersion: number;
  readonly events: readonly NewEvent[];
};

const histories = fc.array(
  fc.record({
    kind: fc.constantFrom<Step['kind'][]>(
      ...(['append', 'append', 'append', 'stale', 'ahead', 'repeat', 'repeat-part'] as const),
      'restart',
    ),
    stream: fc.nat(2),
    count: fc.integer({ min: 1, max: 4 }),
    pick: fc.nat(),
  }),
  { minLength: 1, maxLength: 14 },
);

/**
 * The model: streams are lists of ids, the log is the list of accepted events. Whatever the history,
 * the store holds what the model holds and answers as the model answers.
 */
export function describeAnyHistory(subject: Subject): void {
  describe('after any history of appends, conflicts, repetitions and restarts', () => {
    it('holds what was accepted, in order, and nothing else', async () => {
      await fc.assert(fc.asyncProperty(histories, live), { numRuns: 30 });
    });
  });

  async function live(steps: readonly Step[]): Promise<void> {
    const streams = [newStream(), newStream(), newStream()];
    const accepted: Accepted[] = [];
    const before = await subject.store.head();
    for (const step of steps) await take(step, streams[step.stream] ?? newStream(), accepted);

    const log = eventsOf(streams, await readLog(subject.store, before, 3));
    expect(idsOf(log)).toEqual(accepted.flatMap(({ events }) => idsOf(events)));
    for (const stream of streams) {
      expect(await subject.store.readStream(stream)).toEqual(eventsOf([stream], log));
    }
  }

  async function take(step: Step, stream: string, accepted: Accepted[]): Promise<void> {
    const version = versionOf(stream, accepted);
    switch (step.kind) {
      case 'append': {
        const append = { stream, expectedVersion: version, events: sampleEvents(step.count) };
        expect(await versionAfter(append)).toBe(version + step.count);
        accepted.push(append);
        return;
      }
      case 'stale':
        if (version === NO_STREAM) return;
        return conflicts(stream, NO_STREAM + (step.pick % (version + 1)), version);
      case 'ahead':
        return conflicts(stream, version + 1 + (step.pick % 3), version);
      case 'repeat':
      case 'repeat-part':
        return repeat(accepted[step.pick % accepted.length], step);
      case 'restart':
        await subject.restart();
    }
  }

  async function repeat(earlier: Accepted | undefined, step: Step): Promise<void> {
    if (earlier === undefined) return;
    const length = step.kind === 'repeat' ? earlier.events.length : step.count;
    const part = { ...earlier, events: earlier.events.slice(0, length) };
    expect(await versionAfter(part)).toBe(part.expectedVersion + part.events.length);
  }

  async function versionAfter({ stream, expectedVersion, events }: Accepted): Promise<number> {
    const { version, position } = await subject.store.append(stream, expectedVersion, events);
    expect((await subject.store.readStream(stream))[version]?.position).toBe(position);
    return version;
  }

  async function conflicts(stream: string, expected: number, actual: number): Promise<void> {
    await expect(subject.store.append(stream, expected, sampleEvents(2))).rejects.toMatchObject({
      code: 'version-conflict',
      expectedVersion: expected,
      actualVersion: actual,
    });
  }
}

const versionOf = (stream: string, accepted: readonly Accepted[]): number =>
  accepted
    .filter((append) => append.stream === stream)
    .reduce((version, { events }) => version + events.length, NO_STREAM);
