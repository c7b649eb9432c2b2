import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Executions } from '../execute-request/executions.js';
import { GovernedRequests, type Acting, type Handled } from '../governed-requests.js';
import { approveRequest } from './approve-request.js';
import { ownRight, byFirstRight, type FindRights } from './right.js';
import type { Decision } from './waiting-request.js';

/** One approver's yes; the quorum's last one sets the execution going. */
export class ApproveRequest extends Command<Handled> {
  constructor(
    readonly id: string,
    readonly decision: Omit<Decision, 'now'>,
    readonly acting: Acting,
    /** Absent: their own right. */
    readonly rights: FindRights = () => [ownRight(decision.groups)],
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

  async execute({ id, decision, acting, rights }: ApproveRequest): Promise<Handled> {
    const handled = await this.requests.handle(
      id,
      acting,
      byFirstRight(rights, (request, right, now) =>
        approveRequest(request, { ...decision, ...right, now }),
      ),
    );
    this.executions.start(handled);
    return handled;
  }
}
