import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, describe, expect, it } from '@jest/globals';
import { projectRoot } from '../../src/runtime/project-root.js';
import { END_WITH_US } from '../support/docket/end-with-us.js';
import { LOAD_TYPESCRIPT } from '../support/load-typescript.js';
import { installVirtualTime } from './world/virtual-time.js';

// Jest hands out copies of what Node's modules export, made when a module is loaded: first the clock, then the service.
const restoreTime = installVirtualTime();
const { runSeed } = await import('./run-seed.js');
const { lineOf } = await import('./describe-failure.js');

afterAll(restoreTime);

const SEEDS = 2_000;
const A_WHILE = 300_000;

describe('Replicas that die, stand still and start from nothing over one store', () => {
  it(
    `break no promise in the simulations of seeds 1 to ${SEEDS}`,
    async () => {
      const { failure, output } = await command('--seeds', String(SEEDS));
      expect(failure && output).toBeNull();
      expect(output).toMatch(new RegExp(`seeds +│ ${SEEDS} .* violations +│ 0 `, 's'));
    },
    A_WHILE,
  );

  it('are put to the test by all that can go wrong', async () => {
    const sums = { events: 0, calls: 0, amendedCalls: 0, answers: 0, deaths: 0 };
    for (let seed = 1; seed <= 50; seed += 1) {
      const played = await runSeed(seed);
      for (const key of ['events', 'calls', 'amendedCalls', 'answers', 'deaths'] as const)
        sums[key] += played[key];
    }
    expect(sums.events).toBeGreaterThan(500);
    expect(sums.calls).toBeGreaterThan(50);
    expect(sums.amendedCalls).toBeGreaterThan(1);
    expect(sums.answers).toBeGreaterThan(200);
    expect(sums.deaths).toBeGreaterThan(50);
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

  it('comes out the same in another process', async () => {
    const { lines } = await tracedRun(7);
    const { output } = await command('--seeds', '1', '--from', '7', '--trace');
    expect(output.match(/^ +[\d.]+ s {2}.*$/gm)).toEqual(lines);
  });
});

/** The command outside of Jest, which more than doubles the time that a simulation takes. */
async function command(...args: readonly string[]) {
  const file = join(projectRoot, 'test', 'simulation', 'test-simulation.ts');
  const node = [...END_WITH_US, ...LOAD_TYPESCRIPT];
  const run = promisify(execFile)(process.execPath, [...node, file, ...args], {
    cwd: projectRoot,
    maxBuffer: 2 ** 26,
  });
  return run.then(
    ({ stdout }) => ({ failure: null, output: stdout }),
    (failure: Error & { readonly stdout: string; readonly stderr: string }) => ({
      failure,
      output: `${failure.stdout}${failure.stderr}`,
    }),
  );
}

async function tracedRun(seed: number) {
  const lines: string[] = [];
  const played = await runSeed(seed, { trace: (at, what) => void lines.push(lineOf(at, what)) });
  return { lines, digest: played.digest() };
}
