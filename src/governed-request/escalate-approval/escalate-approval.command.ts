import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { serviceActing } from '../acting.js';
import { GovernedRequests, type Handled } from '../governed-requests.js';
import { escalateApproval } from './escalate-approval.js';

/** Lets more people decide on a request that waits for too long. */
export class EscalateApproval extends Command<Handled> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(EscalateApproval)
export class EscalateApprovalHandler implements ICommandHandler<EscalateApproval> {
  constructor(private readonly requests: GovernedRequests) {}

  execute({ id }: EscalateApproval): Promise<Handled> {
    return this.requests.handle(id, serviceActing(id), escalateApproval);
  }
}
