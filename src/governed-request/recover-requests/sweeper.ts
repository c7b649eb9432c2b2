import { Inject, Injectable } from '@nestjs/common';
import { CommandBus, type Command } from '@nestjs/cqrs';
import type { Logger } from 'pino';
import type { Clock } from '../../runtime/clock.js';
import { CLOCK, LOGGER } from '../../runtime/injection.js';
import { ApprovalQueueQuery } from '../../views/approval-queue/approval-queue.query.js';
import type { Page } from '../../views/page.js';
import { RequestTraceQuery } from '../../views/request-trace/request-trace.query.js';
import { AbandonExecution } from '../execute-request/abandon-execution.command.js';
import { Executions } from '../execute-request/executions.js';
import { ExpireApproval } from '../expire-approval/expire-approval.command.js';
import type { RequestStatus } from '../governed-request.js';
import { GovernedRequests } from '../governed-requests.js';
import { Refused } from '../refused.js';

const EVERY = 5_000;
const PAGE = 100;

/**
 * Finds what a crash left behind, on every replica: what is allowed but was never started is started, what was
 * started and has no outcome gets an unknown one, what nobody decided in time expires. Two sweepers may find the same
 * request: the stream's version lets only one of them act.
 */
@Injectable()
export class Sweeper {
  private timer: NodeJS.Timeout | null = null;
  private sweeping: Promise<void> = Promise.resolve();

  constructor(
    private readonly commands: CommandBus,
    private readonly requests: GovernedRequests,
    private readonly executions: Executions,
    private readonly traces: RequestTraceQuery,
    private readonly queue: ApprovalQueueQuery,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  /** Sweeps now and every five seconds. */
  start(): void {
    const next = async (): Promise<void> => {
      await this.sweep();
      if (this.timer) this.timer = setTimeout(run, EVERY).unref();
    };
    const run = (): void => {
      this.sweeping = next();
    };
    this.timer = setTimeout(run, 0).unref();
  }

  async stop(): Promise<void> {
    if (this.timer) clearTimeout(this.timer);
    this.timer = null;
    await this.sweeping;
  }

  /** One sweep; what fails is logged and found again by the next. */
  async sweep(): Promise<void> {
    try {
      for (const status of ['classified', 'approved'] as const) {
        await this.each(status, async (id) => this.executions.start(await this.requests.read(id)));
      }
      await this.each('executing', (id) => this.attempt(new AbandonExecution(id)));
      await this.expire();
    } catch (error) {
      this.log.warn({ err: error }, 'a sweep broke off');
    }
  }

  private async each(status: RequestStatus, act: (id: string) => Promise<void>): Promise<void> {
    const pages = pagesOf((cursor) => this.traces.list({ status, limit: PAGE, cursor }));
    for await (const { id } of pages) {
      if (!this.executions.has(id)) await act(id);
    }
  }

  private async expire(): Promise<void> {
    const now = this.clock.now().getTime();
    for await (const item of pagesOf((cursor) => this.queue.list({ limit: PAGE, cursor }))) {
      if (Date.parse(item.expiresAt) <= now) await this.attempt(new ExpireApproval(item.id));
    }
  }

  /** Another replica may have been quicker; then there is nothing left to do. */
  private async attempt(command: Command<unknown>): Promise<void> {
    try {
      await this.commands.execute(command);
    } catch (error) {
      if (!(error instanceof Refused)) throw error;
    }
  }
}

async function* pagesOf<T>(read: (cursor?: string) => Promise<Page<T>>): AsyncGenerator<T> {
  let cursor: string | undefined;
  do {
    const page: Page<T> = await read(cursor);
    yield* page.items;
    cursor = page.nextCursor ?? undefined;
  } while (cursor !== undefined);
}
