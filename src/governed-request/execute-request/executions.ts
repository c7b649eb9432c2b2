import { Inject, Injectable } from '@nestjs/common';
import { CommandBus } from '@nestjs/cqrs';
import pLimit, { type LimitFunction } from 'p-limit';
import type { Logger } from 'pino';
import { setTimeout as sleep } from 'node:timers/promises';
import { EXECUTION_SETTINGS, LOGGER } from '../../runtime/injection.js';
import type { Governed } from '../governed-requests.js';
import { ExecuteRequest } from './execute-request.command.js';
import type { ExecutionSettings } from './execution-settings.js';
import { mayExecute } from './start-execution.js';

const QUEUED_PER_EXECUTION = 64;
const FINISH_WITHIN = 10_000;

/** The executions of this process: bounded, each request at most once, and what waits for its turn. */
@Injectable()
export class Executions {
  private readonly limit: LimitFunction;
  private readonly underWay = new Map<string, Promise<void>>();
  private readonly cancelled = new AbortController();
  private stopping = false;

  constructor(
    private readonly commands: CommandBus,
    @Inject(EXECUTION_SETTINGS) private readonly settings: ExecutionSettings,
    @Inject(LOGGER) private readonly log: Logger,
  ) {
    this.limit = pLimit(settings.maxExecutions);
  }

  /** How many may wait for their turn. */
  get bound(): number {
    return this.settings.maxExecutions * QUEUED_PER_EXECUTION;
  }

  /** Whether as many wait as may; asked before anything is recorded. */
  get isSaturated(): boolean {
    return this.limit.pendingCount >= this.bound;
  }

  /** Carries out the request as soon as there is room, if it may run. */
  start(governed: Governed): void {
    const { id } = governed;
    if (this.stopping || this.underWay.has(id) || !mayExecute(governed.request)) {
      return;
    }
    const execution = this.limit(() => this.execute(governed)).finally(() =>
      this.underWay.delete(id),
    );
    this.underWay.set(id, execution);
  }

  /** Whether this process carries the request out, or will when there is room. */
  has(id: string): boolean {
    return this.underWay.has(id);
  }

  /** Whether nothing more is started, so that waiting for it is in vain. */
  get isStopping(): boolean {
    return this.stopping;
  }

  /** Calls to the gateway under way. */
  get running(): number {
    return this.limit.activeCount;
  }

  /** Requests that wait for their turn. */
  get queued(): number {
    return this.limit.pendingCount;
  }

  /** Resolves once this process is done with the request, or after `wait` milliseconds. */
  async settled(id: string, wait: number): Promise<void> {
    const execution = this.underWay.get(id);
    if (!execution || wait <= 0) return;
    const timer = new AbortController();
    await Promise.race([execution, sleep(wait, undefined, { signal: timer.signal, ref: false })]);
    timer.abort();
  }

  /** Leaves what waits to the sweeper, gives what runs ten seconds, then cancels it: its outcome is recorded as unknown. */
  async stop(): Promise<void> {
    this.stopping = true;
    const running = Promise.allSettled(this.underWay.values());
    await Promise.race([running, sleep(FINISH_WITHIN, undefined, { ref: false })]);
    this.cancelled.abort();
    await Promise.race([running, sleep(FINISH_WITHIN, undefined, { ref: false })]);
  }

  private async execute(governed: Governed): Promise<void> {
    if (this.stopping) return;
    try {
      await this.commands.execute(new ExecuteRequest(governed, this.cancelled.signal));
    } catch (error) {
      this.log.error({ err: error, id: governed.id }, 'an execution was left to the sweeper');
    }
  }
}
