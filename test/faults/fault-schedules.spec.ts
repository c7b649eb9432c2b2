import { describe, expect, it } from '@jest/globals';
import { describeFailure } from './report.js';
import { runSchedules } from './run-schedules.js';
import { clusterProfile } from './scripted-profile.js';
import { scriptedStage } from './scripted-stage.js';
import { Tally } from './tally.js';

/** A short run; `npm run test:faults` plays many more. */
const SCHEDULES = 24;
const SEED = 4;

describe('EventStoreDB behind random faults', () => {
  it('loses nothing and doubles nothing, and every call comes to an end', async () => {
    const tally = new Tally();
    const failures: string[] = [];
    await runSchedules({
      seed: SEED,
      from: 0,
      schedules: SCHEDULES,
      atOnce: 6,
      scheduleMilliseconds: 60_000,
      stageOf: scriptedStage,
      onPlayed: (played) => {
        tally.add(played);
        if (played.violations.length > 0) failures.push(describeFailure(played, replay));
      },
    });

    expect(failures).toEqual([]);
    expect(tally).toMatchObject({ schedules: SCHEDULES, lost: 0, doubled: 0 });
    expect(tally.faults.size).toBe(
      new Set(clusterProfile.pace.offers.map(({ kind }) => kind)).size,
    );
    expect(tally.appends.get('unknown')).toBeGreaterThan(0);
    expect(tally.drops).toBeGreaterThan(0);
  }, 120_000);
});

const replay = ({ seed, index }: { readonly seed: number; readonly index: number }): string =>
  `npm run test:faults -- --schedules 1 --seed ${seed} --from ${index}`;
