import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Policy } from '../../policy/policy.js';
import { POLICY } from '../../runtime/injection.js';
import { ownRight, byFirstRight, type FindRights } from '../decide-approval/right.js';
import { GovernedRequests, type Acting, type Handled } from '../governed-requests.js';
import { amendRequest, type Amendment } from './amend-request.js';

/** One approver's edit, which somebody else has to approve. */
export class AmendRequest extends Command<Handled> {
  constructor(
    readonly id: string,
    readonly amendment: Omit<Amendment, 'now'>,
    readonly acting: Acting,
    /** Absent: their own right. */
    readonly rights: FindRights = () => [ownRight(amendment.groups)],
  ) {
    super();
  }
}

@CommandHandler(AmendRequest)
export class AmendRequestHandler implements ICommandHandler<AmendRequest> {
  constructor(
    private readonly requests: GovernedRequests,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  execute({ id, amendment, acting, rights }: AmendRequest): Promise<Handled> {
    return this.requests.handle(
      id,
      acting,
      byFirstRight(rights, (request, { standsInFor, groups }, now) =>
        amendRequest(request, { ...amendment, standsInFor, groups, now }, this.policy),
      ),
    );
  }
}
