import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import type { Acting } from '../../governed-request/governed-requests.js';
import { DelegationRegister } from '../delegation-register.js';
import type { Delegation } from '../delegation.js';
import { revokeDelegation, type Revocation } from './revoke-delegation.js';

/** Somebody takes a delegation back. */
export class RevokeDelegation extends Command<Delegation> {
  constructor(
    readonly revocation: Revocation,
    readonly acting: Acting,
  ) {
    super();
  }
}

@CommandHandler(RevokeDelegation)
export class RevokeDelegationHandler implements ICommandHandler<RevokeDelegation> {
  constructor(private readonly register: DelegationRegister) {}

  execute({ revocation, acting }: RevokeDelegation): Promise<Delegation> {
    return this.register.handle(revocation.id, acting, (delegations, now) =>
      revokeDelegation(delegations, revocation, now),
    );
  }
}
