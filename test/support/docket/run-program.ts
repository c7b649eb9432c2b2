import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import type { BuiltProgram } from './build-program.js';
import { END_WITH_US } from './end-with-us.js';
import { until } from './until.js';

/** A process that runs the program. */
export interface RunningProgram {
  readonly process: ChildProcess;
  readonly stdout: string;
  readonly stderr: string;
  /** Resolves to what follows `before` in a line of standard output, as soon as it is there. */
  printed(before: string): Promise<string>;
  /** Resolves to the exit code, or the signal that ended it. */
  ended(): Promise<number | string>;
}

/** Runs the program with just these settings; it ends with us at the latest. */
export function runProgram(
  { main }: BuiltProgram,
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): RunningProgram {
  const child = spawn(process.execPath, [...END_WITH_US, main, ...args], {
    env: { PATH: process.env['PATH'], ...settings },
    stdio: 'pipe',
  });
  const output = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].on('data', (chunk: Buffer) => (output[name] += chunk.toString()));
  }
  const exit = once(child, 'close');
  return {
    process: child,
    get stdout() {
      return output.stdout;
    },
    get stderr() {
      return output.stderr;
    },
    printed: (before) =>
      until(() => {
        const line = output.stdout.split('\n').find((text) => text.startsWith(before));
        if (!line && child.exitCode !== null) throw new Error(`It ended: ${output.stderr}`);
        return line?.slice(before.length);
      }),
    async ended() {
      const [code, signal] = (await exit) as [number | null, string | null];
      return code ?? signal ?? 'unknown';
    },
  };
}
