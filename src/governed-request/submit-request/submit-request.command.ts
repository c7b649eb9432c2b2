import { Inject } from '@nestjs/common';
import { Command, CommandHandler, type ICommandHandler } from '@nestjs/cqrs';
import { NO_STREAM } from '../../event-store/event-store.js';
import type { Policy } from '../../policy/policy.js';
import { POLICY } from '../../runtime/injection.js';
import { Executions } from '../execute-request/executions.js';
import { mayExecute } from '../execute-request/start-execution.js';
import { evolve, type GovernedRequest } from '../governed-request.js';
import {
  GovernedRequests,
  unwritten,
  type Acting,
  type Governed,
  type Handled,
} from '../governed-requests.js';
import { submitRequest, type Submission } from './submit-request.js';

/** Submits a request under an id that is new, or that its requester's Idempotency-Key stands for. */
export class SubmitRequest extends Command<Handled> {
  constructor(
    readonly id: string,
    readonly submission: Submission,
    readonly acting: Acting,
  ) {
    super();
  }
}

@CommandHandler(SubmitRequest)
export class SubmitRequestHandler implements ICommandHandler<SubmitRequest> {
  constructor(
    private readonly requests: GovernedRequests,
    private readonly executions: Executions,
    @Inject(POLICY) private readonly policy: Policy,
  ) {}

  async execute({ id, submission, acting }: SubmitRequest): Promise<Handled> {
    const { requester } = submission;
    const isSaturated = this.executions.isSaturatedFor(requester);
    const known = isSaturated ? await this.recorded(id) : unwritten(id);
    const place = this.executions.placeFor(requester);
    const submit = (request: GovernedRequest, now: Date) => {
      const events = submitRequest(request, submission, this.policy, now);
      if (events.length > 0 && mayExecute(events.reduce(evolve, request))) {
        this.executions.reserve(place);
      }
      return events;
    };
    const handled = await this.requests
      .handle(id, acting, submit, known)
      .catch((error: unknown) => {
        place.leave();
        throw error;
      });
    this.executions.start(handled, place);
    return handled;
  }

  /** A repeated submission only learns what became of the first one, and adds nothing to what waits. */
  private async recorded(id: string): Promise<Governed> {
    const known = await this.requests.read(id);
    if (known.version === NO_STREAM) throw this.executions.turnAway();
    return known;
  }
}
