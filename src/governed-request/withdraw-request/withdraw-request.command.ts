import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
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
  constructor(private readonly requests: GovernedRequests) {}

  execute({ id, withdrawal, acting }: WithdrawRequest): Promise<Handled> {
    return this.requests.handle(id, acting, (request, now) =>
      withdrawRequest(request, { ...withdrawal, now }),
    );
  }
}
