import { createHash } from 'node:crypto';
import * as fc from 'fast-check';
import type { FaultOffer, Range } from './fault-target.js';
import type { Pace } from './pace.js';
import type {
  AppendStep,
  Fault,
  FaultStep,
  ReadLogStep,
  RestartStep,
  Schedule,
  Step,
  SubscribeStep,
} from './schedule.js';

const SHARED_STREAMS = 2;
const MAX_EVENTS = 5;

/** Draws a schedule: the same one for the same seed, index and pace, on every machine. */
export function drawSchedule(seed: number, index: number, pace: Pace): Schedule {
  const [steps = []] = fc.sample(stepsOf(pace), { seed: mix(seed, index), numRuns: 1 });
  return { seed, index, steps };
}

/** Neighbouring seeds and indexes must not lead to similar schedules. */
const mix = (seed: number, index: number): number =>
  createHash('sha256').update(`${seed}/${index}`).digest().readInt32LE();

const stepsOf = (pace: Pace): fc.Arbitrary<readonly Step[]> =>
  fc
    .tuple(appendsOf(pace), subscribersOf(pace), logReadsOf(pace), faultsOf(pace))
    .map((kinds) => kinds.flat().toSorted((one, other) => one.at - other.at));

const appendsOf = (pace: Pace): fc.Arbitrary<readonly AppendStep[]> =>
  within(pace.writers).chain((writers) =>
    many(
      fc.record({
        kind: fc.constant('append' as const),
        at: momentOf(pace),
        writer: fc.nat(writers - 1),
        sharedStream: fc.oneof(
          { weight: 3, arbitrary: fc.constant(null) },
          { weight: 2, arbitrary: fc.nat(SHARED_STREAMS - 1) },
        ),
        events: fc.integer({ min: 1, max: MAX_EVENTS }),
        characters: fc.oneof(
          { weight: 9, arbitrary: fc.integer({ min: 0, max: 400 }) },
          { weight: 1, arbitrary: fc.integer({ min: 10_000, max: 60_000 }) },
        ),
        repeatsUnknown: fc.boolean(),
      }),
      pace.appends,
    ),
  );

type ReadingStep = SubscribeStep | RestartStep;

const subscribersOf = (pace: Pace): fc.Arbitrary<readonly ReadingStep[]> =>
  many(subscriberOf(pace), pace.subscribers).map((subscribers) =>
    subscribers.flatMap((steps, subscriber) => steps.map((step) => ({ ...step, subscriber }))),
  );

const subscriberOf = (pace: Pace): fc.Arbitrary<readonly ReadingStep[]> =>
  fc
    .tuple(
      momentOf(pace),
      fc.oneof(fc.constant(null), fc.nat(100)),
      fc.oneof(fc.constant(0), fc.integer({ min: 1, max: 25 })),
      fc.array(momentOf(pace), { maxLength: 2, size: 'max' }),
    )
    .map(([at, behind, portionMilliseconds, restarts]) => [
      { kind: 'subscribe', at, subscriber: 0, behind, portionMilliseconds },
      ...restarts
        .filter((moment) => moment > at)
        .map((moment) => ({ kind: 'restart' as const, at: moment, subscriber: 0 })),
    ]);

const logReadsOf = (pace: Pace): fc.Arbitrary<readonly ReadLogStep[]> =>
  many(
    fc.record({
      kind: fc.constant('read-log' as const),
      at: momentOf(pace),
      limit: fc.integer({ min: 1, max: 60 }),
    }),
    [0, 3],
  );

const faultsOf = (pace: Pace): fc.Arbitrary<readonly FaultStep[]> =>
  many(
    fc.record({ kind: fc.constant('fault' as const), at: momentOf(pace), fault: faultOf(pace) }),
    pace.faults,
  );

const faultOf = ({ offers }: Pace): fc.Arbitrary<Fault> =>
  fc.constantFrom(...offers).chain(({ kind, milliseconds, times }: FaultOffer) =>
    fc.record({
      kind: fc.constant(kind),
      milliseconds: within(milliseconds ?? [0, 0]),
      times: within(times ?? [1, 1]),
    }),
  );

const momentOf = ({ span }: Pace): fc.Arbitrary<number> => fc.nat(span);

const within = ([min, max]: Range): fc.Arbitrary<number> => fc.integer({ min, max });

const many = <T>(arbitrary: fc.Arbitrary<T>, [minLength, maxLength]: Range): fc.Arbitrary<T[]> =>
  fc.array(arbitrary, { minLength, maxLength, size: 'max' });
