import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { Executions } from '../execute-request/executions.js';
import { GovernedRequests, type Acting, type Handled } from '../governed-requests.js';
import { withdrawRequest, type Withdrawal } from './withdraw-request.js';

/** Its requester takes a request back. */
export class WithdrawRequest extends Command<Handled> {
  constructor(
    readonly id: string,
    readonly withdrawal: Omit<Withdrawal, 'now'>,
    readonly acting: Acting,
  ) {
    super();
  }
}

@CommandHandler(WithdrawRequest)
export class WithdrawRequestHandler implements ICommandHandler<WithdrawRequest> {
  constructor(
    private readonly requests: GovernedRequests,
    private readonly executions: Executions,
  ) {}

  async execute({ id, withdrawal, acting }: WithdrawRequest): Promise<Handled> {
    const handled = await this.requests.handle(id, acting, (request, now) =>
      withdrawRequest(request, { ...withdrawal, now }),
    );
    this.executions.drop(id);
    return handled;
  }
}
