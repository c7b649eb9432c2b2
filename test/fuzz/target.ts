import { setTimeout as sleep } from 'node:timers/promises';
import { readApiDescription, type ApiDescription } from '../support/docket/api-description.js';
import { buildProgram, type BuiltProgram } from '../support/docket/build-program.js';
import { caller, type Caller } from '../support/docket/caller.js';
import { makeDataFolder, type DataFolder } from '../support/docket/data-folder.js';
import { createHttpClient, type Call } from '../support/docket/http-client.js';
import { listening } from '../support/docket/listening.js';
import { runProgram, type RunningProgram } from '../support/docket/run-program.js';
import { hangUp, startOpenclawStub, STUB_TOKEN } from '../support/openclaw-stub.js';
import { secretsOf } from './check/secrets.js';
import { startWebhookEndpoints } from './webhook-endpoints.js';

/** What the process says of itself at `/metrics`. */
export interface Vitals {
  /** Bytes. */
  readonly resident: number;
  readonly heap: number;
  /** The longest that one thing held the event loop since it was asked last, in milliseconds. */
  readonly longestTurn: number;
  /** Milliseconds of processor time so far. */
  readonly processor: number;
}

/** A Docket of its own process that drives a stub, in a folder of its own. */
export interface Target extends Caller {
  readonly url: string;
  readonly folder: DataFolder;
  readonly call: Call;
  readonly description: ApiDescription;
  /** What it knows and nobody may read. */
  readonly secrets: readonly string[];
  /** What it wrote on standard error. */
  readonly stderr: string;
  /** Whether the process still runs. */
  readonly isAlive: boolean;
  vitals(): Promise<Vitals>;
  /**
   * Has the gateway hang up on its next call, so that nobody knows what came of it; says no more than now and then: a
   * gateway that keeps hanging up gets no calls any more, and callers wait until it works again.
   */
  loseAnswer(): void;
  /** Has the process collect its garbage. */
  collectGarbage(): Promise<void>;
  /** Ends the service as an operator does; its folder stays. */
  stop(): Promise<number | string>;
  remove(): Promise<void>;
}

/** Calls of the gateway that are answered between two that are not. */
const BETWEEN_LOST = 10;

/** Lets the process collect its garbage when it is told to, and keeps its heap so small that what leaks shows. */
const NODE_OPTIONS = [
  '--expose-gc',
  '--max-old-space-size=512',
  '--import=data:text/javascript,process.on(`SIGUSR2`,()=>globalThis.gc())',
].join(' ');

export async function startTarget(): Promise<Target> {
  const program = await buildProgram();
  const folder = await makeDataFolder();
  const stub = await startOpenclawStub();
  const webhooks = await startWebhookEndpoints(folder);
  const running = serve(program, folder, { OPENCLAW_URL: stub.url, ...webhooks.settings });
  const url = await listening(running);
  const client = createHttpClient(url, folder.keys);
  const description = await readApiDescription(client.call);
  let lost = 0;
  return {
    url,
    folder,
    call: client.call,
    description,
    secrets: [...secretsOf(folder), ...webhooks.secrets],
    ...caller(client.call),
    get stderr() {
      return running.stderr;
    },
    get isAlive() {
      return running.process.exitCode === null && running.process.signalCode === null;
    },
    vitals: () => readVitals(client.call),
    loseAnswer() {
      const { length } = stub.requests;
      if (stub.awaited > 0 || length < lost + BETWEEN_LOST) return;
      lost = length;
      stub.next(hangUp);
    },
    async collectGarbage() {
      running.process.kill('SIGUSR2');
      await sleep(1_000);
    },
    async stop() {
      running.process.kill('SIGTERM');
      return running.ended();
    },
    async remove() {
      running.process.kill('SIGKILL');
      await running.ended();
      await client.close();
      await stub.close();
      await webhooks.close();
      await folder.remove();
      await program.remove();
    },
  };
}

const serve = (
  program: BuiltProgram,
  { path, keysFile }: DataFolder,
  others: Readonly<Record<string, string>>,
): RunningProgram =>
  runProgram(program, ['serve'], {
    DOCKET_PORT: '0',
    DOCKET_DATA_DIR: path,
    DOCKET_KEYS_FILE: keysFile,
    DOCKET_AUTH_FAILURE_LIMIT: '0',
    OPENCLAW_TOKEN: STUB_TOKEN,
    NODE_OPTIONS,
    ...others,
  });

async function readVitals(call: Call): Promise<Vitals> {
  const { text } = await call(null, 'GET', '/metrics');
  const value = (name: string) => Number(new RegExp(`^${name} (\\S+)$`, 'm').exec(text)?.[1]);
  return {
    resident: value('process_resident_memory_bytes'),
    heap: value('nodejs_heap_size_used_bytes'),
    longestTurn: value('nodejs_eventloop_lag_max_seconds') * 1_000,
    processor: value('process_cpu_seconds_total') * 1_000,
  };
}
