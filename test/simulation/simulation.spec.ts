import { afterAll, describe, expect, it } from '@jest/globals';
import { installVirtualTime } from './world/virtual-time.js';

// Jest hands out copies of what Node's modules export, made when a module is loaded: first the clock, then the service.
const restoreTime = installVirtualTime();
const { runSeed } = await import('./run-seed.js');
const { describeFailure } = await import('./describe-failure.js');

afterAll(restoreTime);

const SEEDS = 2_000;
const A_WHILE = 300_000;

describe('Replicas that die, stand still and start from nothing over one store', () => {
  it(
    `break no promise in the simulations of seeds 1 to ${SEEDS}`,
    async () => {
      for (let seed = 1; seed <= SEEDS; seed += 1) {
        const played = await runSeed(seed);
        expect(played.violation && (await describeFailure(played))).toBeNull();
      }
    },
    A_WHILE,
  );

  it('are put to the test by all that can go wrong', async () => {
    const sums = { events: 0, calls: 0, answers: 0, deaths: 0 };
    for (let seed = 1; seed <= 100; seed += 1) {
      const played = await runSeed(seed);
      for (const key of ['events', 'calls', 'answers', 'deaths'] as const) sums[key] += played[key];
    }
    expect(sums.events).toBeGreaterThan(1_000);
    expect(sums.calls).toBeGreaterThan(100);
    expect(sums.answers).toBeGreaterThan(400);
    expect(sums.deaths).toBeGreaterThan(100);
  });
});

describe('A seed', () => {
  it.each([32, 33, 64, 1_234])('determines its simulation to the last step: %d', async (seed) => {
    const first = await tracedRun(seed);
    await runSeed(seed + 1);
    const second = await tracedRun(seed);
    expect(second.lines.length).toBeGreaterThan(20);
    expect(second).toEqual(first);
  });

  it('comes out the same whether or not its steps are told', async () => {
    const { digest } = await tracedRun(96);
    expect((await runSeed(96)).digest()).toBe(digest);
  });
});

async function tracedRun(seed: number) {
  const lines: string[] = [];
  const played = await runSeed(seed, { trace: (at, what) => void lines.push(`${at} ${what}`) });
  return { lines, digest: played.digest() };
}
