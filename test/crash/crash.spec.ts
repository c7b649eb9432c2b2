import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { describeFailure } from './report/describe-failure.js';
import { Tally } from './report/tally.js';
import { runCrashTest } from './run-crash-test.js';
import { buildCrashProgram, type CrashProgram } from './stage/crash-program.js';
import { serverStarter } from './store-option.js';

/** Slow machines may take their time; a quick one needs some seconds. */
const PATIENCE = 180_000;

describe('A service that is killed again and again', () => {
  let program: CrashProgram;

  beforeAll(async () => {
    program = await buildCrashProgram();
  }, PATIENCE);
  afterAll(() => program.remove());

  it.each([
    ['in its data directory', 'sqlite', 3],
    ['on a server that is killed too', 'scripted', 2],
  ])(
    'tells, stores and executes nothing that the other records do not bear out, with its log %s',
    async (_, store, rounds) => {
      const seed = 11;
      const tally = new Tally();
      const failures: string[] = [];
      await runCrashTest({
        seed,
        rounds,
        perSeries: rounds,
        from: 0,
        atOnce: 1,
        program,
        startServer: serverStarter(store, seed),
        onRound: (played) => tally.addRound(played),
        onSeries: (played) => {
          tally.addSeries(played);
          if (played.violations.length > 0)
            failures.push(describeFailure(played, { seed, store, perSeries: rounds }));
        },
      });

      expect(failures).toEqual([]);
      expect(tally.rounds).toBe(rounds);
      for (const count of [tally.acknowledged, tally.calls, tally.count('Approved')]) {
        expect(count).toBeGreaterThan(0);
      }
      expect(tally.serverKills > 0).toBe(store === 'scripted');
    },
    PATIENCE,
  );
});
