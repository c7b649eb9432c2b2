import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { serviceActing } from '../acting.js';
import { GovernedRequests, type Handled } from '../governed-requests.js';
import { remindApprovers } from './remind-approvers.js';

/** Reminds the approvers of a request that waits. */
export class RemindApprovers extends Command<Handled> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(RemindApprovers)
export class RemindApproversHandler implements ICommandHandler<RemindApprovers> {
  constructor(private readonly requests: GovernedRequests) {}

  execute({ id }: RemindApprovers): Promise<Handled> {
    return this.requests.handle(id, serviceActing(id), remindApprovers);
  }
}
