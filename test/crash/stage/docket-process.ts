import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import type { BuiltProgram } from '../../support/docket/build-program.js';
import { END_WITH_US } from '../../support/docket/end-with-us.js';

const KEPT_ERRORS = 20;
const READY = /^Docket listens at (\S+)/;
const ERROR_LEVEL = /^\{"level":[56]0,/;
/** That a call was answered with an error is for whoever got the answer to judge; that the server is away is no failure of the service. */
const NO_FAILURE = /"msg":"(request failed|EventStoreDB cannot be used[^"]*)"\}$/;

/** A process that serves, until it is killed. */
export interface DocketProcess {
  readonly pid: number;
  /** Resolves to its address, or to null when it ends before it has one. */
  readonly listens: Promise<string | null>;
  /** Resolves to the signal or exit code that ended it. */
  readonly ended: Promise<string | number>;
  /** What it logged as an error, or said before it ended; the latest of it. */
  readonly complaints: readonly string[];
  kill(): void;
  /** Asks it to stop in order. */
  stop(): void;
}

/** Starts the service with just these settings. */
export function startDocketProcess(
  { main }: BuiltProgram,
  settings: Readonly<Record<string, string>>,
): DocketProcess {
  const child = spawn(process.execPath, [...END_WITH_US, main, 'serve'], {
    env: { PATH: process.env['PATH'], ...settings },
    stdio: 'pipe',
  });
  const complaints: string[] = [];
  createInterface(child.stderr).on('line', (line) => {
    if (line.startsWith('{') && (!ERROR_LEVEL.test(line) || NO_FAILURE.test(line))) return;
    if (complaints.push(line) > KEPT_ERRORS) complaints.shift();
  });
  const ended = once(child, 'close').then(([code, signal]) => (signal ?? code) as string | number);
  const listens = new Promise<string>((resolve) => {
    createInterface(child.stdout).on('line', (line) => {
      const [, url] = READY.exec(line) ?? [];
      if (url !== undefined) resolve(url);
    });
  });
  return {
    pid: child.pid ?? 0,
    listens: Promise.race([listens, ended.then(() => null)]),
    ended,
    complaints,
    kill: () => void child.kill('SIGKILL'),
    stop: () => void child.kill('SIGTERM'),
  };
}
