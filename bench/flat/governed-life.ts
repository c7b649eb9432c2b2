import { v7 as uuidv7 } from 'uuid';
import { callerActing, serviceActing } from '../../src/governed-request/acting.js';
import { approveRequest } from '../../src/governed-request/decide-approval/approve-request.js';
import { finishExecution } from '../../src/governed-request/execute-request/finish-execution.js';
import {
  mayExecute,
  startExecution,
} from '../../src/governed-request/execute-request/start-execution.js';
import {
  unwritten,
  type GovernedRequests,
  type Handled,
} from '../../src/governed-request/governed-requests.js';
import { person } from '../../test/support/governed/person.js';
import {
  submitRequest,
  type Submission,
} from '../../src/governed-request/submit-request/submit-request.js';
import type { Policy } from '../../src/policy/policy.js';
import { byShare, type Random } from '../traffic/random.js';
import { submissionOf } from '../traffic/submissions.js';

const COLOURS = { green: 70, amber: 20, red: 10 } as const;
const DEADLINE = 180_000;
const ANSWER = {
  response: 'Here is what you asked for, in the words of the agent. '.repeat(3),
  usage: { promptTokens: 50, completionTokens: 30, totalTokens: 80 },
};

/** Where lives are recorded. */
export interface Setting {
  readonly requests: GovernedRequests;
  readonly policy: Policy;
  readonly random: Random;
}

/**
 * Records one request from its submission to its end by the domain's own rules: green and amber ones run, red ones are
 * blocked. Resolves to the position of its last event.
 */
export async function recordLife(setting: Setting, submittedAt: Date): Promise<bigint | null> {
  const submitted = await submit(setting, submittedAt);
  const decided = await approve(setting, submitted);
  return (await execute(setting, decided)).position;
}

function submit({ requests, policy, random }: Setting, submittedAt: Date): Promise<Handled> {
  const id = uuidv7({ msecs: submittedAt.getTime() });
  const { request, onBehalfOf } = submissionOf(byShare(COLOURS, random), random);
  const submission: Submission = {
    content: { kind: 'chat', request },
    requester: 'ada',
    onBehalfOf,
    agent: 'main',
    sessionKey: `docket-${id}`,
  };
  const acting = callerActing(person('ada', { kind: 'machine', roles: ['requester'] }));
  return requests.handle(
    id,
    acting,
    (of, now) => submitRequest(of, submission, policy, now),
    unwritten(id),
  );
}

async function approve({ requests }: Setting, submitted: Handled): Promise<Handled> {
  const { id, request } = submitted;
  if (request.status !== 'awaiting-approval') return submitted;
  const { contentDigest } = request;
  const by = { approver: 'grace', kind: 'human' as const, groups: [] };
  const decision = { ...by, comment: null, contentDigest };
  const acting = callerActing(person('grace', { roles: ['approver'] }));
  return requests.handle(
    id,
    acting,
    (of, now) => approveRequest(of, { ...decision, now }),
    submitted,
  );
}

async function execute({ requests }: Setting, decided: Handled): Promise<Handled> {
  const { id, request } = decided;
  if (!mayExecute(request)) return decided;
  const acting = serviceActing(id);
  const started = await requests.handle(
    id,
    acting,
    (of, now) => startExecution(of, now, DEADLINE),
    decided,
  );
  const answer = { runId: `chatcmpl_${id}`, ...ANSWER };
  return requests.handle(
    id,
    acting,
    (of, now) => finishExecution(of, { kind: 'answered', answer }, now),
    started,
  );
}
