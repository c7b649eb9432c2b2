import { setTimeout as delay } from 'node:timers/promises';
import { spawnGateway, type GatewayExit, type GatewayProcess } from './gateway-process.js';
import { untilReady, warmUp } from './gateway-readiness.js';
import type { GatewayFolder } from './gateway-folder.js';
import { ManagedGatewayError } from './managed-gateway.errors.js';
import { forgetProcess, recordProcess } from './process-record.js';
import { withProgressLine, type ProgressOutput } from './progress-line.js';

const START_LIMIT_MS = 120_000;
/** Attempts before the first success; later a gateway is started again for as long as the service runs. */
const START_ATTEMPTS = 2;
/** A gateway that was ready for this long starts again without delay from earlier failures. */
const STABLE_MS = 60_000;
const FIRST_DELAY_MS = 1_000;
const LONGEST_DELAY_MS = 60_000;
/** OpenClaw drains running calls for minutes; whoever stops the gateway has ended its calls before. */
const STOP_GRACE_MS = 10_000;

/** `failed`: it could never be started, and is not tried again. */
export type GatewayState = 'starting' | 'ready' | 'restarting' | 'failed' | 'stopped';

/** The gateway's process ended although nobody stopped it. */
export interface UnexpectedExit extends GatewayExit {
  /** Milliseconds until it is started again. */
  readonly restartIn: number;
  /** The last lines of its error output, secrets taken out. */
  readonly lastLines: readonly string[];
}

export interface SupervisedGateway {
  readonly url: string;
  readonly token: string;
  readonly folder: GatewayFolder;
  readonly environment: NodeJS.ProcessEnv;
  readonly secrets: readonly string[];
  /** Called before each start; resolves with the program of OpenClaw. */
  readonly prepare: (signal: AbortSignal) => Promise<string>;
  readonly onExit?: ((exit: UnexpectedExit) => void) | undefined;
  readonly progress?: ProgressOutput | undefined;
}

/** One process from its start to its end. */
interface Run extends GatewayExit {
  readonly readyMs: number;
  readonly lastLines: readonly string[];
  /** Why it was never ready; `null` when it was. */
  readonly problem: string | null;
}

/** Keeps one gateway process running until it is told to stop. */
export class GatewaySupervisor {
  #state: GatewayState = 'starting';
  #readiness = pendingReadiness();
  #current: GatewayProcess | null = null;
  #finished = Promise.resolve();
  readonly #stopping = new AbortController();

  constructor(private readonly gateway: SupervisedGateway) {}

  get state(): GatewayState {
    return this.#state;
  }

  start(): void {
    this.#finished = this.#supervise().catch((error: unknown) => this.#fail(error));
  }

  ready(): Promise<void> {
    return this.#readiness.promise;
  }

  async stop(): Promise<void> {
    this.#state = 'stopped';
    this.#stopping.abort();
    await this.#current?.end(STOP_GRACE_MS);
    await this.#finished;
    this.#refuse(new ManagedGatewayError('stopped', 'The OpenClaw gateway was stopped.'));
  }

  async #supervise(): Promise<void> {
    let failures = 0;
    while (!this.#isStopping) {
      const run = await this.#attempt();
      if (this.#isStopping) return;
      if (run.problem !== null && this.#state === 'starting' && failures + 1 >= START_ATTEMPTS) {
        throw didNotStart(run);
      }
      failures = run.readyMs >= STABLE_MS ? 1 : failures + 1;
      await this.#pauseAfter(run, failures);
    }
  }

  get #isStopping(): boolean {
    return this.#stopping.signal.aborted;
  }

  /** An error ends the first start; later it is one more failure: a disk that is full now may have room in a minute. */
  async #attempt(): Promise<Run> {
    try {
      return await this.#run();
    } catch (error) {
      if (this.#state === 'starting' || this.#isStopping) throw error;
      const problem = error instanceof Error ? error.message : String(error);
      return { code: null, signal: null, readyMs: 0, lastLines: [problem], problem };
    }
  }

  async #run(): Promise<Run> {
    const { folder, environment, secrets } = this.gateway;
    const entry = await this.gateway.prepare(this.#stopping.signal);
    const process = await spawnGateway({ entry, cwd: folder.home, environment, secrets });
    this.#current = process;
    const problem = await this.#untilReady(process).catch(async (error: unknown) => {
      await process.end(0);
      throw error;
    });
    if (problem !== null) await process.end(STOP_GRACE_MS);
    const readyAt = Date.now();
    const exit = await process.exited;
    await forgetProcess(folder.processRecord);
    return { ...exit, readyMs: Date.now() - readyAt, lastLines: process.lastLines(), problem };
  }

  async #untilReady(process: GatewayProcess): Promise<string | null> {
    await recordProcess(this.gateway.folder.processRecord, process.pid);
    const ended = new AbortController();
    void process.exited.then(() => ended.abort());
    const signal = AbortSignal.any([this.#stopping.signal, ended.signal]);
    const progress = this.#state === 'starting' ? this.gateway.progress : undefined;
    try {
      await withProgressLine(progress, 'Starting OpenClaw', () => this.#warmStart(signal));
    } catch {
      return ended.signal.aborted
        ? 'it ended before it was ready'
        : `it was not ready within ${START_LIMIT_MS / 1_000} s`;
    }
    this.#becomeReady();
    return null;
  }

  async #warmStart(signal: AbortSignal): Promise<void> {
    const { url, token } = this.gateway;
    await untilReady(url, AbortSignal.any([signal, AbortSignal.timeout(START_LIMIT_MS)]));
    await warmUp(url, token, signal);
    signal.throwIfAborted();
  }

  #becomeReady(): void {
    this.#state = 'ready';
    this.#readiness.resolve();
  }

  async #pauseAfter(run: Run, failures: number): Promise<void> {
    if (this.#state === 'ready') {
      this.#state = 'restarting';
      this.#readiness = pendingReadiness();
    }
    const restartIn = Math.min(FIRST_DELAY_MS * 2 ** (failures - 1), LONGEST_DELAY_MS);
    const { code, signal, lastLines } = run;
    this.gateway.onExit?.({ code, signal, lastLines, restartIn });
    await delay(restartIn, undefined, { signal: this.#stopping.signal }).catch(() => undefined);
  }

  #fail(error: unknown): void {
    if (this.#isStopping) return;
    this.#state = 'failed';
    this.#refuse(error);
  }

  /** Tells whoever waits, and whoever asks later. */
  #refuse(error: unknown): void {
    this.#readiness.reject(error);
    this.#readiness = pendingReadiness();
    this.#readiness.reject(error);
  }
}

function pendingReadiness(): PromiseWithResolvers<void> {
  const readiness = Promise.withResolvers<void>();
  // Nobody needs to wait for it.
  readiness.promise.catch(() => undefined);
  return readiness;
}

function didNotStart({ problem, code, signal, lastLines }: Run): ManagedGatewayError {
  const end = signal === null ? `exit code ${code}` : signal;
  const log =
    lastLines.length === 0 ? 'It wrote no error.' : `Its last lines:\n${lastLines.join('\n')}`;
  return new ManagedGatewayError(
    'start-failed',
    `OpenClaw did not start: ${problem} (${end}). ${log}`,
  );
}
