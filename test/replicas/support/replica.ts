import { z } from 'zod';
import type { BuiltProgram } from '../../support/docket/build-program.js';
import { createHttpClient, type Call, type HttpClient } from '../../support/docket/http-client.js';
import type { Keys } from '../../support/docket/identities.js';
import { listening } from '../../support/docket/listening.js';
import { runProgram, type RunningProgram } from '../../support/docket/run-program.js';

/** One process of the built program. */
export interface Replica {
  readonly name: string;
  readonly call: Call;
  /** What it logged as an error or worse, in all its lives. */
  readonly errors: readonly string[];
  readonly isRunning: boolean;
  /** Starts it, or starts it again on the same folder; nothing happens while it runs. */
  start(): Promise<void>;
  /** Asks it to stop, and ends it when it does not; resolves to its exit code, or to the signal that ended it. */
  stop(): Promise<number | string>;
  /** Ends it as a power cut does. */
  kill(): Promise<void>;
  /** Takes the processor from it, as a suspended machine does; nothing happens once it is gone. */
  pause(): void;
  resume(): void;
}

export interface ReplicaOptions {
  readonly name: string;
  readonly program: BuiltProgram;
  readonly keys: Keys;
  readonly settings: Readonly<Record<string, string>>;
}

interface Life {
  readonly running: RunningProgram;
  readonly client: HttpClient;
}

export function createReplica({ name, program, keys, settings }: ReplicaOptions): Replica {
  const lives: RunningProgram[] = [];
  let life: Life | null = null;
  const end = async (signal: NodeJS.Signals): Promise<number | string> => {
    if (life === null) return 'not running';
    const { running, client } = life;
    life = null;
    running.process.kill(signal);
    const tooLate = setTimeout(() => running.process.kill('SIGKILL'), STOP_WITHIN);
    const code = await running.ended();
    clearTimeout(tooLate);
    await client.close();
    return code;
  };
  return {
    name,
    call(...request) {
      if (life === null) return Promise.reject(new Error(`${name} is not running.`));
      return life.client.call(...request);
    },
    get errors() {
      return lives.flatMap(errorsOf).map((line) => `${name}: ${line}`);
    },
    get isRunning() {
      return life !== null && life.running.process.exitCode === null;
    },
    async start() {
      if (life !== null) return;
      const running = runProgram(program, ['serve'], settings);
      lives.push(running);
      life = { running, client: createHttpClient('', keys) };
      life = { running, client: createHttpClient(await listening(running), keys) };
    },
    stop: () => end('SIGTERM'),
    async kill() {
      await end('SIGKILL');
    },
    pause: () => void life?.running.process.kill('SIGSTOP'),
    resume: () => void life?.running.process.kill('SIGCONT'),
  };
}

/** It ends itself after thirty seconds. */
const STOP_WITHIN = 35_000;
const logLine = z.object({ level: z.number() });
const ERROR_LEVEL = 50;

/** Lines that are no log at all, such as a crash's stack, count as errors. */
const errorsOf = ({ stderr }: RunningProgram): readonly string[] =>
  stderr.split('\n').filter((line) => line !== '' && levelOf(line) >= ERROR_LEVEL);

function levelOf(line: string): number {
  try {
    return logLine.parse(JSON.parse(line)).level;
  } catch {
    return Infinity;
  }
}
