import { describe, expect, it } from '@jest/globals';
import { describeSchedule } from './describe-schedule.js';
import { drawSchedule } from './draw-schedule.js';
import { realProfile } from './real-profile.js';
import type { Schedule } from './schedule.js';
import { clusterProfile, scriptedProfile } from './scripted-profile.js';

describe.each([
  ['a scripted server', scriptedProfile],
  ['a scripted cluster', clusterProfile],
  ['a real server', realProfile],
])('a schedule for %s', (_, { pace }) => {
  const schedules = Array.from({ length: 100 }, (__, index) => drawSchedule(5, index, pace));

  it('is the same for the same seed and index, and another one for any other', () => {
    expect(Array.from({ length: 100 }, (__, index) => drawSchedule(5, index, pace))).toEqual(
      schedules,
    );
    const texts = [5, 6].flatMap((seed) =>
      schedules.map(({ index }) => describeSchedule(drawSchedule(seed, index, pace))),
    );
    expect(new Set(texts).size).toBe(200);
  });

  it('is in the order of time and within its span', () => {
    for (const { steps } of schedules) {
      const times = steps.map(({ at }) => at);
      expect(times).toEqual(times.toSorted((one, other) => one - other));
      expect(times.every((at) => at >= 0 && at <= pace.span)).toBe(true);
    }
  });

  it('has as many faults as its pace wants, each as the server offers it', () => {
    for (const schedule of schedules) {
      const faults = faultsOf(schedule);
      expect(faults.length).toBeGreaterThanOrEqual(pace.faults[0]);
      expect(faults.length).toBeLessThanOrEqual(pace.faults[1]);
      for (const fault of faults) {
        const offers = pace.offers.filter(({ kind, milliseconds = [0, 0], times = [1, 1] }) => {
          const isSo = kind === fault.kind && isWithin(fault.milliseconds, milliseconds);
          return isSo && isWithin(fault.times, times);
        });
        expect(offers).not.toEqual([]);
      }
    }
  });

  it('draws every fault, competing writers, and subscribers from the start and the middle', () => {
    const steps = schedules.flatMap((schedule) => schedule.steps);
    const kinds = new Set(schedules.flatMap(faultsOf).map(({ kind }) => kind));
    expect(kinds).toEqual(new Set(pace.offers.map(({ kind }) => kind)));
    expect(new Set(steps.map(({ kind }) => kind)).size).toBe(5);
    const subscribes = steps.filter((step) => step.kind === 'subscribe');
    expect(new Set(subscribes.map(({ behind }) => behind === null))).toEqual(
      new Set([true, false]),
    );
    const appends = steps.filter((step) => step.kind === 'append');
    expect(new Set(appends.map(({ sharedStream }) => sharedStream))).toEqual(new Set([null, 0, 1]));
  });

  it('begins a subscriber before it begins it again', () => {
    for (const { steps } of schedules) {
      for (const [at, step] of steps.entries()) {
        const before = steps.slice(0, at);
        const hasBegun = (subscriber: number) =>
          before.some((each) => each.kind === 'subscribe' && each.subscriber === subscriber);
        expect(step.kind !== 'restart' || hasBegun(step.subscriber)).toBe(true);
      }
    }
  });
});

const faultsOf = ({ steps }: Schedule) =>
  steps.flatMap((step) => (step.kind === 'fault' ? [step.fault] : []));

const isWithin = (value: number, [from, to]: readonly [number, number]): boolean =>
  value >= from && value <= to;
