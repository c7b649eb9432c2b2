import { amendRequest } from '../../../src/governed-request/amend-request/amend-request.js';
import { approveRequest } from '../../../src/governed-request/decide-approval/approve-request.js';
import { rejectRequest } from '../../../src/governed-request/decide-approval/reject-request.js';
import { escalateApproval } from '../../../src/governed-request/escalate-approval/escalate-approval.js';
import { agentCall, isAllowed } from '../../../src/governed-request/execute-request/agent-call.js';
import { startExecution } from '../../../src/governed-request/execute-request/start-execution.js';
import { expireApproval } from '../../../src/governed-request/expire-approval/expire-approval.js';
import {
  eventSchemas,
  type EventType,
  type GovernedRequestEvent,
} from '../../../src/governed-request/governed-request.events.js';
import {
  evolve,
  notSubmitted,
  type GovernedRequest,
} from '../../../src/governed-request/governed-request.js';
import { Refused } from '../../../src/governed-request/refused.js';
import { remindApprovers } from '../../../src/governed-request/remind-approvers/remind-approvers.js';
import { submitRequest } from '../../../src/governed-request/submit-request/submit-request.js';
import { withdrawRequest } from '../../../src/governed-request/withdraw-request/withdraw-request.js';
import type { Policy } from '../../../src/policy/policy.js';
import type { Act, TermsByWord } from './approval-acts.js';
import { ApprovalRecord } from './approval-record.js';
import { asking, DEADLINE, minutesLater, saying } from './commands.js';
import { testPolicy } from './test-policy.js';

const SUBMISSION = { ...asking('an amber request'), requester: 'ada', onBehalfOf: 'edsger' };

interface Stored {
  readonly type: EventType;
  /** As JSON. */
  readonly data: string;
}

type Decide = (request: GovernedRequest) => readonly GovernedRequestEvent[];

/** Plays acts by the rules of the service, and beside them keeps the record of what people said. */
export class ApprovalStory {
  readonly record: ApprovalRecord;
  /** What was sent to the agent. */
  readonly executed: string[] = [];
  /** Where the service and the record did not agree, or something was done twice. */
  readonly differences: string[] = [];
  readonly #policy: Policy;
  /** The digests of the versions of the record. */
  readonly #digests: string[] = [];
  #stored: readonly Stored[] = [];
  #request: GovernedRequest = notSubmitted;
  #minute = 0;

  constructor(terms: TermsByWord, acts: readonly Act[]) {
    this.record = new ApprovalRecord(terms);
    this.#policy = byWord(terms);
    this.#take((request) => submitRequest(request, SUBMISSION, this.#policy, minutesLater(0)));
    for (const act of acts) this.#play(act);
  }

  #play(act: Act): void {
    this.#minute += act.after;
    const decide = this.#commandOf(act);
    if (act.crash === 'before') {
      // It dies with what it would have stored; whoever asked asks again.
      eventsOf(decide, this.#request);
      this.#restart();
    }
    this.record.take(act, this.#minute);
    const events = this.#take(decide);
    const isSent = events.some(({ type }) => type === 'ExecutionStarted');
    if (isSent && act.crash !== 'behind') this.#execute();
    if (act.crash === 'behind') {
      // It dies before anybody heard of it; whoever asked asks again.
      this.#restart();
      if (this.#take(decide).length > 0) this.differences.push(`${act.kind} was done twice`);
    }
    this.#compare(act);
  }

  #compare({ kind }: Act): void {
    const { status } = this.#request;
    const { standing } = this.record;
    if (status !== STATUS[standing]) {
      this.differences.push(`behind ${kind} it is ${status} where the record says ${standing}`);
    }
  }

  #execute(): void {
    const request = this.#request;
    if (request.status !== 'executing') throw new Error(`It is ${request.status}.`);
    const call = agentCall(request);
    if (!isAllowed(call, request)) this.differences.push('another call was made than was allowed');
    this.executed.push('request' in call ? call.request : '');
  }

  /** What somebody saw stays what they saw, also when they ask again. */
  #commandOf(act: Act): Decide {
    const now = minutesLater(this.#minute);
    switch (act.kind) {
      case 'approve':
      case 'reject':
      case 'amend': {
        const decision = { ...this.#decisionOf(act), comment: 'As we agreed.', now };
        if (act.kind === 'amend') {
          const amendment = { ...decision, edit: saying(act.text) };
          return (request) => amendRequest(request, amendment, this.#policy);
        }
        return act.kind === 'approve'
          ? (request) => approveRequest(request, decision)
          : (request) => rejectRequest(request, decision, this.#policy);
      }
      case 'remind':
        return (request) => remindApprovers(request, now);
      case 'escalate':
        return (request) => escalateApproval(request, now);
      case 'expire':
        return (request) => expireApproval(request, now, this.#policy);
      case 'withdraw':
        return (request) => withdrawRequest(request, { requester: 'ada', comment: null, now });
      case 'start':
        return (request) => startExecution(request, now, DEADLINE);
    }
  }

  #decisionOf({ by, seen }: Extract<Act, { readonly seen: number }>) {
    const { name: approver, kind, groups, standsInFor } = by;
    const contentDigest = this.#digests.at(-1 - seen) ?? this.#digests[0]!;
    return { approver, kind, groups, standsInFor, contentDigest };
  }

  /** Nothing is left of a request but what is stored of it. */
  #restart(): void {
    this.#request = this.#stored.map(parsed).reduce(evolve, notSubmitted);
  }

  #take(decide: Decide): readonly GovernedRequestEvent[] {
    const events = eventsOf(decide, this.#request);
    this.#request = events.reduce(evolve, this.#request);
    this.#stored = [
      ...this.#stored,
      ...events.map(({ type, data }) => ({ type, data: JSON.stringify(data) })),
    ];
    for (const { type, data } of events) {
      if (type === 'Submitted' || type === 'ContentAmended') this.#digests.push(data.contentDigest);
    }
    return events;
  }
}

const STATUS = {
  waits: 'awaiting-approval',
  approved: 'approved',
  over: 'blocked',
  started: 'executing',
} as const;

const parsed = ({ type, data }: Stored): GovernedRequestEvent =>
  ({ type, data: eventSchemas[type].parse(JSON.parse(data)) }) as GovernedRequestEvent;

/** Wishes have other terms than requests. */
const byWord = (terms: TermsByWord): Policy => ({
  ...testPolicy(),
  classify: (subject) => ({
    ...testPolicy().classify(subject),
    category: JSON.stringify(subject).includes('wish') ? 'wish' : 'request',
  }),
  approvalTerms: ({ category }) => terms[category === 'wish' ? 'wish' : 'request'],
});

function eventsOf(decide: Decide, request: GovernedRequest): readonly GovernedRequestEvent[] {
  try {
    return decide(request);
  } catch (error) {
    if (error instanceof Refused) return [];
    throw error;
  }
}
