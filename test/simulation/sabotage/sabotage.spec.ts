import { afterAll, describe, expect, it } from '@jest/globals';
import { installVirtualTime } from '../world/virtual-time.js';

// Jest hands out copies of what Node's modules export, made when a module is loaded: first the clock, then the service.
const restoreTime = installVirtualTime();
const { runSeed } = await import('../run-seed.js');
const { describeFailure } = await import('../describe-failure.js');
const { SABOTAGES } = await import('./sabotages.js');
const { INVARIANT_NAMES } = await import('../invariants/invariants.js');

afterAll(restoreTime);

const A_WHILE = 300_000;

describe('The simulation finds a Docket that', () => {
  it.each(SABOTAGES)(
    '$name: within $within seeds "$breaks" is broken',
    async ({ sabotage, breaks, within }) => {
      const found: (string | undefined)[] = [];
      while (!found.includes(breaks) && found.length < within) {
        found.push((await runSeed(found.length + 1, { sabotage })).violation?.invariant);
      }
      expect(found).toContain(breaks);
    },
    A_WHILE,
  );
});

describe('Each invariant', () => {
  it('is broken by one sabotage or more', () => {
    expect(new Set(SABOTAGES.map(({ breaks }) => breaks))).toEqual(new Set(INVARIANT_NAMES));
  });
});

describe('A failing seed', () => {
  it('is told with its invariant, its last steps and the command that plays it again', async () => {
    const { sabotage, breaks } = SABOTAGES.find(({ name }) => name.startsWith('answers before'))!;
    const played = await firstViolation(sabotage, breaks);
    const text = await describeFailure(played, { sabotage });
    expect(text).toContain(`VIOLATION in seed ${played.seed}: ${breaks}`);
    expect(text).toMatch(/\d\.\d{3} s {2}[abc]\d+ ANSWERS submit/);
    expect(text).toContain(`npm run test:simulation -- --seeds 1 --from ${played.seed} --trace`);
    expect(text).not.toContain('did not come out the same');
  });
});

async function firstViolation(sabotage: (typeof SABOTAGES)[number]['sabotage'], breaks: string) {
  for (let seed = 1; ; seed += 1) {
    const played = await runSeed(seed, { sabotage });
    if (played.violation?.invariant === breaks) return played;
  }
}
