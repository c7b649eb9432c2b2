import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Logger } from 'pino';
import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreError } from '../../event-store/event-store.errors.js';
import { AgentGatewayError } from '../../openclaw/agent-gateway.errors.js';
import type { AgentGateway } from '../../openclaw/agent-gateway.js';
import type { Clock } from '../../runtime/clock.js';
import { AGENT_GATEWAY, CLOCK, EXECUTION_SETTINGS, LOGGER } from '../../runtime/injection.js';
import { serviceActing } from '../acting.js';
import { GovernedRequests, type Governed } from '../governed-requests.js';
import { Refused } from '../refused.js';
import { agentCall, isAllowed, type Executing } from './agent-call.js';
import type { ExecutionSettings } from './execution-settings.js';
import { finishExecution, type ExecutionOutcome } from './finish-execution.js';
import { startExecution } from './start-execution.js';

/**
 * Carries out a request that may run, and resolves to what came of it; does nothing and resolves to `null` when another
 * replica has it or it may not run any more.
 */
export class ExecuteRequest extends Command<ExecutionOutcome | null> {
  constructor(
    readonly known: Governed,
    readonly signal: AbortSignal,
  ) {
    super();
  }
}

const MAX_PAUSE = 5_000;
const OTHER_CONTENT = 'What would be sent is not what was allowed; nothing was sent.';
const TOO_LATE = 'Its time was over before the agent could be called.';

@CommandHandler(ExecuteRequest)
export class ExecuteRequestHandler implements ICommandHandler<ExecuteRequest> {
  constructor(
    private readonly requests: GovernedRequests,
    @Inject(AGENT_GATEWAY) private readonly gateway: AgentGateway,
    @Inject(EXECUTION_SETTINGS) private readonly settings: ExecutionSettings,
    @Inject(CLOCK) private readonly clock: Clock,
    @Inject(LOGGER) private readonly log: Logger,
  ) {}

  async execute({ known, signal }: ExecuteRequest): Promise<ExecutionOutcome | null> {
    const started = await this.start(known);
    if (started?.request.status !== 'executing') return null;
    const outcome = await this.call(started.id, started.request, signal);
    await this.finish(started, outcome, signal);
    return outcome;
  }

  private async start(known: Governed): Promise<Governed | null> {
    const { id } = known;
    const start = (request: Governed['request'], now: Date) =>
      startExecution(request, now, this.settings.deadline);
    try {
      return await this.requests.handle(id, serviceActing(id), start, known);
    } catch (error) {
      if (error instanceof Refused) return null;
      throw error;
    }
  }

  /**
   * Within what is left until the recorded deadline: a process that was held up between recording the start and calling
   * must not call when others may have given the execution up already.
   */
  private async call(
    id: string,
    request: Executing,
    signal: AbortSignal,
  ): Promise<ExecutionOutcome> {
    const untilDeadline = Date.parse(request.execution.deadline) - this.clock.now().getTime();
    // A clock that was put back would give it longer.
    const left = Math.min(untilDeadline, this.settings.deadline);
    if (left <= 0) return { kind: 'failed', code: 'deadline-passed', message: TOO_LATE };
    const call = agentCall(request);
    if (!isAllowed(call, request)) {
      this.log.error({ id }, OTHER_CONTENT);
      return { kind: 'failed', code: 'content-changed', message: OTHER_CONTENT };
    }
    try {
      const answer = await this.gateway.run(call, left, signal);
      return { kind: 'answered', answer };
    } catch (error) {
      if (error instanceof AgentGatewayError) return failedOutcome(error);
      this.log.error({ err: error }, 'the gateway adapter broke its contract');
      return { kind: 'unknown', code: 'internal-error', message: 'The call broke off.' };
    }
  }

  /** The answer is in hand, so it is offered to the store until it is taken or the service stops. */
  private async finish(
    started: Governed,
    outcome: ExecutionOutcome,
    signal: AbortSignal,
  ): Promise<void> {
    const { id } = started;
    const acting = serviceActing(id);
    for (let pause = 100; ; pause = Math.min(pause * 2, MAX_PAUSE)) {
      try {
        await this.requests.handle(
          id,
          acting,
          (r, now) => finishExecution(r, outcome, now),
          started,
        );
        return;
      } catch (error) {
        if (error instanceof Refused) return;
        if (signal.aborted || !isPassing(error)) throw error;
        this.log.warn({ err: error, id }, 'an outcome could not be recorded yet');
      }
      await sleep(pause, undefined, { ref: false });
    }
  }
}

const failedOutcome = ({ code, outcome, message }: AgentGatewayError): ExecutionOutcome => ({
  kind: outcome,
  code,
  message,
});

const isPassing = (error: unknown): boolean =>
  error instanceof EventStoreError && ['unavailable', 'outcome-unknown'].includes(error.code);
