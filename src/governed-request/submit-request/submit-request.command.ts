import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { NO_STREAM } from '../../event-store/event-store.js';
import type { Policy } from '../../policy/policy.js';
import { POLICY } from '../../runtime/injection.js';
import { Executions } from '../execute-request/executions.js';
import { Saturated } from '../execute-request/saturated.js';
import { GovernedRequests, unwritten, type Acting, type Handled } from '../governed-requests.js';
import { submitRequest, type Submission } from './submit-request.js';

/** Submits a request under an id that is new, or that its requester's Idempotency-Key stands for. */
export class SubmitRequest extends Command<Handled> {
  constructor(
    readonly id: string,
    readonly submission: Submission,
    readonly acting: Acting,
  ) {
    super();
  }
}

@CommandHandler(SubmitRequest)
export class SubmitRequestHandler implements ICommandHandler<SubmitRequest> {
  constructor(
    private readonly requests: GovernedRequests,
    private readonly executions: Executions,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  async execute({ id, submission, acting }: SubmitRequest): Promise<Handled> {
    if (this.executions.isSaturated) await this.refuseNew(id);
    const submit = (request: Handled['request'], now: Date) =>
      submitRequest(request, submission, this.policy, now);
    const handled = await this.requests.handle(id, acting, submit, unwritten(id));
    this.executions.start(handled);
    return handled;
  }

  /** A repeated submission only learns what became of the first one, and adds nothing to what waits. */
  private async refuseNew(id: string): Promise<void> {
    const { version } = await this.requests.read(id);
    if (version === NO_STREAM) throw new Saturated(this.executions.bound);
  }
}
