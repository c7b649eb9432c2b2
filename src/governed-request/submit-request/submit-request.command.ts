import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Policy } from '../../policy/policy.js';
import { POLICY } from '../../runtime/injection.js';
import { Executions } from '../execute-request/executions.js';
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
    this.executions.refuseSaturated();
    const submit = (request: Handled['request'], now: Date) =>
      submitRequest(request, submission, this.policy, now);
    const handled = await this.requests.handle(id, acting, submit, unwritten(id));
    this.executions.start(handled);
    return handled;
  }
}
