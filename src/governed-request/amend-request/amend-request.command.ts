import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Policy } from '../../policy/policy.js';
import { POLICY } from '../../runtime/injection.js';
import { ownRight, withFirstRight, type Right } from '../decide-approval/right.js';
import { GovernedRequests, type Acting, type Handled } from '../governed-requests.js';
import { amendRequest, type Amendment } from './amend-request.js';

/** One approver's edit, which somebody else has to approve. */
export class AmendRequest extends Command<Handled> {
  constructor(
    readonly id: string,
    readonly amendment: Omit<Amendment, 'now'>,
    readonly acting: Acting,
    /** The rights to edit and decide with, the first that is enough; absent: their own. */
    readonly rights: readonly Right[] = [ownRight(amendment.groups)],
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
    return this.requests.handle(id, acting, (request, now) =>
      withFirstRight(rights, now, ({ standsInFor, groups }) =>
        amendRequest(request, { ...amendment, standsInFor, groups, now }, this.policy),
      ),
    );
  }
}
