import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Policy } from '../../policy/policy.js';
import { POLICY } from '../../runtime/injection.js';
import { serviceActing } from '../acting.js';
import { GovernedRequests, type Handled } from '../governed-requests.js';
import { expireApproval } from './expire-approval.js';

/** Blocks a request whose time to be decided is over. */
export class ExpireApproval extends Command<Handled> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(ExpireApproval)
export class ExpireApprovalHandler implements ICommandHandler<ExpireApproval> {
  constructor(
    private readonly requests: GovernedRequests,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  execute({ id }: ExpireApproval): Promise<Handled> {
    return this.requests.handle(id, serviceActing(id), (request, now) =>
      expireApproval(request, now, this.policy),
    );
  }
}
