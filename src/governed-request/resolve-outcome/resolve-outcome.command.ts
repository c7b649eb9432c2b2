import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { GovernedRequests, type Acting, type Handled } from '../governed-requests.js';
import { resolveOutcome, type Resolution } from './resolve-outcome.js';

/** A person says what came of an execution whose outcome was unknown. */
export class ResolveOutcome extends Command<Handled> {
  constructor(
    readonly id: string,
    readonly resolution: Omit<Resolution, 'now'>,
    readonly acting: Acting,
  ) {
    super();
  }
}

@CommandHandler(ResolveOutcome)
export class ResolveOutcomeHandler implements ICommandHandler<ResolveOutcome> {
  constructor(private readonly requests: GovernedRequests) {}

  execute({ id, resolution, acting }: ResolveOutcome): Promise<Handled> {
    return this.requests.handle(id, acting, (request, now) =>
      resolveOutcome(request, { ...resolution, now }),
    );
  }
}
