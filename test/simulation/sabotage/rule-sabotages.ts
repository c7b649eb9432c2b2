import { callerActing, serviceActing } from '../../../src/governed-request/acting.js';
import { ApproveRequestHandler } from '../../../src/governed-request/decide-approval/approve-request.command.js';
import type { ApproveRequest } from '../../../src/governed-request/decide-approval/approve-request.command.js';
import { approveRequest } from '../../../src/governed-request/decide-approval/approve-request.js';
import { byFirstRight } from '../../../src/governed-request/decide-approval/right.js';
import { AbandonExecutionHandler } from '../../../src/governed-request/execute-request/abandon-execution.command.js';
import { Executions } from '../../../src/governed-request/execute-request/executions.js';
import {
  EscalateApprovalHandler,
  type EscalateApproval,
} from '../../../src/governed-request/escalate-approval/escalate-approval.command.js';
import { ExpireApprovalHandler } from '../../../src/governed-request/expire-approval/expire-approval.command.js';
import type { GovernedRequest } from '../../../src/governed-request/governed-request.js';
import type { GovernedRequestEvent } from '../../../src/governed-request/governed-request.events.js';
import {
  GovernedRequests,
  unwritten,
  type Handled,
} from '../../../src/governed-request/governed-requests.js';
import {
  ResolveOutcomeHandler,
  type ResolveOutcome,
} from '../../../src/governed-request/resolve-outcome/resolve-outcome.command.js';
import {
  SubmitRequestHandler,
  type SubmitRequest,
} from '../../../src/governed-request/submit-request/submit-request.command.js';
import { submitRequest } from '../../../src/governed-request/submit-request/submit-request.js';
import {
  WithdrawRequestHandler,
  type WithdrawRequest,
} from '../../../src/governed-request/withdraw-request/withdraw-request.command.js';
import type { Policy } from '../../../src/policy/policy.js';
import { POLICY } from '../../../src/runtime/injection.js';
import { person } from '../../support/governed/person.js';
import type { Container, Token } from '../world/container.js';
import { REQUEST_ID } from '../world/replica.js';
import type { Sabotage } from './sabotage.js';

/** Has something else stand in the place of one part of the service. */
export const instead = (part: Token, make: (container: Container) => unknown): Sabotage => ({
  replacements: new Map([[part, make]]),
});

const requestsOf = (container: Container): GovernedRequests => container.get(GovernedRequests);

/** Has one approver's yes do, whoever it is and however late. */
export const approvesByAnybody = instead(ApproveRequestHandler, (container) => ({
  async execute({ id, decision, acting }: ApproveRequest): Promise<Handled> {
    const handled = await requestsOf(container).handle(id, acting, (request, now) => {
      if (request.status !== 'awaiting-approval') return [];
      const { approver, comment, contentDigest } = decision;
      const at = now.toISOString();
      const granted = { by: approver, groups: [], standsInFor: null, comment, contentDigest, at };
      return [
        { type: 'ApprovalGranted', data: granted },
        { type: 'Approved', data: { by: [approver], contentDigest, at } },
      ];
    });
    container.get(Executions).start(handled);
    return handled;
  },
}));

/** Forgets of those who decide whom they stand in for. */
export const hearsStandInsTwice = instead(ApproveRequestHandler, (container) => ({
  async execute({ id, decision, acting, rights }: ApproveRequest): Promise<Handled> {
    const handled = await requestsOf(container).handle(
      id,
      acting,
      byFirstRight(rights, (request, { groups, standsInFor }, now) =>
        approveRequest(withoutStandIns(request), { ...decision, groups, now }).map((event) =>
          event.type === 'ApprovalGranted'
            ? { ...event, data: { ...event.data, standsInFor } }
            : event,
        ),
      ),
    );
    container.get(Executions).start(handled);
    return handled;
  },
}));

function withoutStandIns(request: GovernedRequest): GovernedRequest {
  if (request.status !== 'awaiting-approval') return request;
  const granted = request.approval.granted.map((one) => ({ ...one, standsInFor: null }));
  return { ...request, approval: { ...request.approval, granted } };
}

/** Starts at the first yes what two have to approve. */
export const startsWhatIsNotApproved = instead(ApproveRequestHandler, (container) => ({
  async execute(command: ApproveRequest): Promise<Handled> {
    const handled = await container.original(ApproveRequestHandler).execute(command);
    await requestsOf(container).handle(command.id, serviceActing(command.id), (request, now) =>
      request.status === 'awaiting-approval' ? [startOf(request, now)] : [],
    );
    return handled;
  },
}));

const startOf = (
  { contentDigest }: Exclude<GovernedRequest, { status: 'not-submitted' }>,
  now: Date,
): GovernedRequestEvent => {
  const startedAt = now.toISOString();
  const deadline = new Date(now.getTime() + 1_000).toISOString();
  return { type: 'ExecutionStarted', data: { attempt: 1, startedAt, deadline, contentDigest } };
};

/** Lets a request be withdrawn whatever became of it. */
export const withdrawsWhatIsDone = instead(WithdrawRequestHandler, (container) => ({
  execute: ({ id, withdrawal }: WithdrawRequest): Promise<Handled> => {
    const acting = callerActing(person(withdrawal.requester));
    return requestsOf(container).handle(id, acting, (_, now) => [
      {
        type: 'Blocked',
        data: {
          by: withdrawal.requester,
          code: 'withdrawn',
          reason: 'Withdrawn.',
          alternative: null,
          at: now.toISOString(),
        },
      },
    ]);
  },
}));

/** Believes whoever says what came of an execution. */
export const resolvesByAnybody = instead(ResolveOutcomeHandler, (container) => ({
  execute: ({ id, resolution, acting }: ResolveOutcome): Promise<Handled> =>
    requestsOf(container).handle(id, acting, (request, now) =>
      request.status === 'outcome-unknown'
        ? [{ type: 'OutcomeResolved', data: { ...resolution, at: now.toISOString() } }]
        : [],
    ),
}));

/** Takes whatever comes under a known key for the same again. */
export const neverComparesWhatIsRepeated = instead(SubmitRequestHandler, (container) => ({
  async execute({ id, submission, acting }: SubmitRequest): Promise<Handled> {
    const policy = container.get<Policy>(POLICY);
    const decide = (request: GovernedRequest, now: Date) =>
      request.status === 'not-submitted' ? submitRequest(request, submission, policy, now) : [];
    const handled = await requestsOf(container).handle(id, acting, decide, unwritten(id));
    container.get(Executions).start(handled);
    return handled;
  },
}));

/** Knows idempotency keys by heart: neither another replica nor the next one after it does. */
export const remembersKeysInMemory = instead(REQUEST_ID, (container) => {
  const ids = new Map<string, string>();
  const newId = container.original(REQUEST_ID);
  return (requester: string, key: string | undefined) => {
    const id = ids.get(`${requester} ${key}`) ?? newId(requester, undefined);
    if (key !== undefined) ids.set(`${requester} ${key}`, id);
    return id;
  };
});

const doesNothing = () => ({ execute: () => Promise.resolve() });

/** Never gives up an execution whose process died. */
export const neverAbandons = instead(AbandonExecutionHandler, doesNothing);

/** Lets more people in whenever a sweep believes that it is time to. */
export const escalatesAtEverySweep = instead(EscalateApprovalHandler, (container) => ({
  execute: ({ id }: EscalateApproval): Promise<Handled> =>
    requestsOf(container).handle(id, serviceActing(id), (request, now) =>
      request.status === 'awaiting-approval'
        ? [{ type: 'ApprovalEscalated', data: { to: ['board'], at: now.toISOString() } }]
        : [],
    ),
}));

/** Has requests wait for ever. */
export const neverExpires = instead(ExpireApprovalHandler, doesNothing);

/** Starts what was just written, and nothing that the sweeper finds. */
export const neverTakesUpWhatIsLeft = instead(Executions, (container) => {
  const executions = container.original(Executions);
  const start = executions.start.bind(executions);
  executions.start = (governed, place) =>
    'written' in governed ? start(governed, place) : place?.leave();
  return executions;
});
