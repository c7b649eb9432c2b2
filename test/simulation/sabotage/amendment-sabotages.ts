import { serviceActing } from '../../../src/governed-request/acting.js';
import {
  AmendRequestHandler,
  type AmendRequest,
} from '../../../src/governed-request/amend-request/amend-request.command.js';
import { amendRequest } from '../../../src/governed-request/amend-request/amend-request.js';
import { missingApprovals } from '../../../src/governed-request/decide-approval/missing-approvals.js';
import { Executions } from '../../../src/governed-request/execute-request/executions.js';
import { evolve, type GovernedRequest } from '../../../src/governed-request/governed-request.js';
import type { GovernedRequestEvent } from '../../../src/governed-request/governed-request.events.js';
import { GovernedRequests, type Handled } from '../../../src/governed-request/governed-requests.js';
import type { Policy } from '../../../src/policy/policy.js';
import { POLICY } from '../../../src/runtime/injection.js';
import type { Token } from '../world/container.js';
import { instead } from './rule-sabotages.js';
import type { Sabotage } from './sabotage.js';

type Events = readonly GovernedRequestEvent[];
type Amended = Parameters<typeof amendRequest>[1];

const THE_POLICY = POLICY as Token<Policy>;

/** Records something else than an amendment does. */
const amendsSo = (
  change: (events: Events, request: GovernedRequest, amendment: Amended) => Events,
): Sabotage =>
  instead(AmendRequestHandler, (container) => ({
    async execute({ id, amendment, acting }: AmendRequest): Promise<Handled> {
      const policy = container.get(THE_POLICY);
      const handled = await container.get(GovernedRequests).handle(id, acting, (request, now) => {
        const made = { ...amendment, now };
        return change(amendRequest(request, made, policy), request, made);
      });
      container.get(Executions).start(handled);
      return handled;
    },
  }));

/** Has whoever approved what was there before approve what was made of it. */
export const forgesApprovalsOfAmendments = amendsSo((events, request, { approver, now }) => {
  const own = events.at(-1);
  if (request.status !== 'awaiting-approval' || own?.type !== 'ApprovalGranted') return events;
  const others = request.approval.granted.filter(({ by }) => by !== approver);
  const at = now.toISOString();
  const { contentDigest } = own.data;
  const forged = others.map((granted): GovernedRequestEvent => ({
    type: 'ApprovalGranted',
    data: { ...granted, contentDigest },
  }));
  if (forged.length + 1 < request.approval.terms.quorum || forged.length === 0) return events;
  return [
    ...events,
    ...forged,
    {
      type: 'Approved',
      data: { by: [approver, ...others.map(({ by }) => by)], contentDigest, at },
    },
  ];
});

/** Counts who edited a content like anybody else. */
export const letsEditorsDecideAlone = amendsSo((events, before, { now }) => {
  const request = events.reduce(evolve, before);
  if (request.status !== 'awaiting-approval') return events;
  const { terms, granted } = request.approval;
  if (granted.length === 0 || missingApprovals(terms, granted, [])) return events;
  const { contentDigest } = terms;
  const by = granted.map((approval) => approval.by);
  return [...events, { type: 'Approved', data: { by, contentDigest, at: now.toISOString() } }];
});

/** Has what was amended wait as long as what is new. */
export const givesAmendmentsMoreTime = amendsSo((events, _, { now }) =>
  events.map((event) =>
    event.type === 'ApprovalRequested'
      ? {
          ...event,
          data: { ...event.data, expiresAt: new Date(now.getTime() + 60_000).toISOString() },
        }
      : event,
  ),
);

/** Starts what the policy would have let run from the beginning. */
export const startsGreenAmendments: Sabotage = instead(AmendRequestHandler, (container) => ({
  async execute(command: AmendRequest): Promise<Handled> {
    const handled = await container.original(AmendRequestHandler).execute(command);
    await container
      .get(GovernedRequests)
      .handle(command.id, serviceActing(command.id), (request, now) =>
        request.status === 'awaiting-approval' && request.classification.risk === 'green'
          ? [startOf(request.contentDigest, now)]
          : [],
      );
    return handled;
  },
}));

const startOf = (contentDigest: string, now: Date): GovernedRequestEvent => {
  const deadline = new Date(now.getTime() + 1_000).toISOString();
  const data = { attempt: 1, startedAt: now.toISOString(), deadline, contentDigest };
  return { type: 'ExecutionStarted', data };
};
