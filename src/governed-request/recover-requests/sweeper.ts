import { Inject, Injectable } from '@nestjs/common';
import { CommandBus, type Command } from '@nestjs/cqrs';
import type { Logger } from 'pino';
import type { Clock } from '../../runtime/clock.js';
import { CLOCK, LOGGER } from '../../runtime/injection.js';
import type { DueStep } from '../../views/approval-queue/due-steps.js';
import { ApprovalQueueQuery } from '../../views/approval-queue/approval-queue.query.js';
import { RequestTraceQuery } from '../../views/request-trace/request-trace.query.js';
import { AbandonExecution } from '../execute-request/abandon-execution.command.js';
import { EscalateApproval } from '../escalate-approval/escalate-approval.command.js';
import { Executions } from '../execute-request/executions.js';
import { ExpireApproval } from '../expire-approval/expire-approval.command.js';
import { UnreadableEvent } from '../governed-request.codec.js';
import { GovernedRequests } from '../governed-requests.js';
import { RemindApprovers } from '../remind-approvers/remind-approvers.command.js';
import { Refused } from '../refused.js';

const EVERY = 5_000;
/** Approvals that one sweep takes a step further at the most; the next one goes on. */
const DUE = 1_000;

const STEPS = {
  expire: ExpireApproval,
  escalate: EscalateApproval,
  remind: RemindApprovers,
} as const satisfies Readonly<Record<DueStep, unknown>>;

/**
 * Finds what a crash left behind, on every replica: what is allowed but was never started is started, what was
 * started and has no outcome gets an unknown one; and what is due of what waits for people: reminders, escalation, expiry. Two
 * sweepers may find the same request: the stream's version lets only one of them act.
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
      this.executions.leaveToSweeper(!(await this.startAllowed()));
      for await (const id of this.traces.oldest('executing')) {
        if (!this.executions.has(id)) await this.attempt(new AbandonExecution(id));
      }
      for (const { id, steps } of await this.queue.due(this.clock.now(), DUE)) {
        for (const step of steps) await this.attempt(new STEPS[step](id));
      }
    } catch (error) {
      this.log.warn({ err: error }, 'a sweep broke off');
    }
  }

  /** Brings in what may run, as far as there are places; resolves to whether all of it is in. */
  private async startAllowed(): Promise<boolean> {
    // What people approved has waited longest.
    for (const status of ['approved', 'classified'] as const) {
      for await (const id of this.traces.oldest(status)) {
        if (this.executions.has(id)) continue;
        if (this.executions.isFull) return false;
        await this.aside(id, async () => this.executions.start(await this.requests.read(id)));
      }
    }
    return true;
  }

  /** Another replica may have been quicker; then there is nothing left to do. */
  private attempt(command: Command<unknown> & { readonly id: string }): Promise<void> {
    return this.aside(command.id, async () => {
      try {
        await this.commands.execute(command);
      } catch (error) {
        if (!(error instanceof Refused)) throw error;
      }
    });
  }

  /** A request that cannot be read must not keep the sweep from those behind it; a store that is away ends it. */
  private async aside(id: string, act: () => Promise<void>): Promise<void> {
    try {
      await act();
    } catch (error) {
      if (!(error instanceof UnreadableEvent)) throw error;
      this.log.warn({ err: error, id }, 'the sweep left a request aside');
    }
  }
}
