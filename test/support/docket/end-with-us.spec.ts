import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { END_WITH_US } from './end-with-us.js';
import { until } from './until.js';

describe('A process that a test started', () => {
  it('ends with the test, even when that was killed', async () => {
    const child = JSON.stringify([...END_WITH_US, '-e', 'setInterval(() => {}, 1000)']);
    const script = `
      const { spawn } = require('node:child_process');
      console.log(spawn(process.execPath, ${child}, { stdio: ['pipe', 'ignore', 'ignore'] }).pid);`;
    const test = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'inherit'] });
    const pid = z.coerce.number().parse(String((await once(test.stdout, 'data'))[0]));
    expect(isRunning(pid)).toBe(true);
    test.kill('SIGKILL');
    await until(() => !isRunning(pid));
  });

  it('ends by itself as well, whatever threads it has', async () => {
    const script = `
      const { Worker } = require('node:worker_threads');
      new Worker('setTimeout(() => undefined, 100)', { eval: true });`;
    const child = spawn(process.execPath, [...END_WITH_US, '-e', script], { stdio: 'pipe' });
    expect(await once(child, 'exit')).toEqual([0, null]);
  });
});

function isRunning(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
