import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Policy } from '../../policy/policy.js';
import { POLICY } from '../../runtime/injection.js';
import { GovernedRequests, type Acting, type Handled } from '../governed-requests.js';
import { rejectRequest } from './reject-request.js';
import { ownRight, byFirstRight, type FindRights } from './right.js';
import type { Decision } from './waiting-request.js';

/** One approver's no. */
export class RejectRequest extends Command<Handled> {
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

@CommandHandler(RejectRequest)
export class RejectRequestHandler implements ICommandHandler<RejectRequest> {
  constructor(
    private readonly requests: GovernedRequests,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  execute({ id, decision, acting, rights }: RejectRequest): Promise<Handled> {
    return this.requests.handle(
      id,
      acting,
      byFirstRight(rights, (request, right, now) =>
        rejectRequest(request, { ...decision, ...right, now }, this.policy),
      ),
    );
  }
}
