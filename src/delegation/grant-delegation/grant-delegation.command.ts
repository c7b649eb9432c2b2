import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Acting } from '../../governed-request/governed-requests.js';
import { DelegationRegister } from '../delegation-register.js';
import type { Delegation } from '../delegation.js';
import { grantDelegation, type Grant } from './grant-delegation.js';

/** An approver names a stand-in. */
export class GrantDelegation extends Command<Delegation> {
  constructor(
    readonly grant: Grant,
    readonly acting: Acting,
  ) {
    super();
  }
}

@CommandHandler(GrantDelegation)
export class GrantDelegationHandler implements ICommandHandler<GrantDelegation> {
  constructor(private readonly register: DelegationRegister) {}

  execute({ grant, acting }: GrantDelegation): Promise<Delegation> {
    return this.register.handle(grant.id, acting, (delegations, now) =>
      grantDelegation(delegations, grant, now),
    );
  }
}
