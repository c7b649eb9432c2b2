import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Executions } from '../execute-request/executions.js';
import { GovernedRequests, type Acting, type Handled } from '../governed-requests.js';
import { approveRequest } from './approve-request.js';
import type { Decision } from './waiting-request.js';

/** One approver's yes; the quorum's last one sets the execution going. */
export class ApproveRequest extends Command<Handled> {
  constructor(
    readonly id: string,
    readonly decision: Omit<Decision, 'now'>,
    readonly acting: Acting,
  ) {
    super();
  }
}

@CommandHandler(ApproveRequest)
export class ApproveRequestHandler implements ICommandHandler<ApproveRequest> {
  constructor(
    private readonly requests: GovernedRequests,
    private readonly executions: Executions,
  ) {}

  async execute({ id, decision, acting }: ApproveRequest): Promise<Handled> {
    const handled = await this.requests.handle(id, acting, (request, now) =>
      approveRequest(request, { ...decision, now }),
    );
    this.executions.start(handled);
    return handled;
  }
}
