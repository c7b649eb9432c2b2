import { setTimeout as sleep } from 'node:timers/promises';
import type { RunningProgram } from './run-program.js';

/** A machine with much else to do takes its time to start a process. */
const START_WITHIN = 60_000;
const POLL = 50;

/** Resolves to the address at which `serve` listens; throws, with the process ended, when it does not come to that. */
export async function listening(running: RunningProgram): Promise<string> {
  const end = performance.now() + START_WITHIN;
  while (performance.now() < end && running.process.exitCode === null) {
    const address = /^Docket listens at (\S+) /m.exec(running.stdout)?.[1];
    if (address !== undefined) return address;
    await sleep(POLL);
  }
  running.process.kill('SIGKILL');
  throw new Error(`It does not listen: ${running.stderr}`);
}
