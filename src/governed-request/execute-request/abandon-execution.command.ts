import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { serviceActing } from '../acting.js';
import { GovernedRequests, type Handled } from '../governed-requests.js';
import { abandonExecution } from './abandon-execution.js';

/** Closes an execution whose process died. */
export class AbandonExecution extends Command<Handled> {
  constructor(readonly id: string) {
    super();
  }
}

@CommandHandler(AbandonExecution)
export class AbandonExecutionHandler implements ICommandHandler<AbandonExecution> {
  constructor(private readonly requests: GovernedRequests) {}

  execute({ id }: AbandonExecution): Promise<Handled> {
    return this.requests.handle(id, serviceActing(id), abandonExecution);
  }
}
