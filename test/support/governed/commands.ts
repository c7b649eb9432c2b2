import {
  amendRequest,
  type Amendment,
  type Edit,
} from '../../../src/governed-request/amend-request/amend-request.js';
import { approveRequest } from '../../../src/governed-request/decide-approval/approve-request.js';
import { rejectRequest } from '../../../src/governed-request/decide-approval/reject-request.js';
import type { Decision } from '../../../src/governed-request/decide-approval/waiting-request.js';
import { startExecution } from '../../../src/governed-request/execute-request/start-execution.js';
import type { GovernedRequestEvent } from '../../../src/governed-request/governed-request.events.js';
import {
  evolve,
  notSubmitted,
  type GovernedRequest,
} from '../../../src/governed-request/governed-request.js';
import {
  submitRequest,
  type Submission,
} from '../../../src/governed-request/submit-request/submit-request.js';
import { testPolicy } from './test-policy.js';

export const NOON = new Date('2026-11-22T12:00:00.000Z');
export const minutesLater = (minutes: number): Date => new Date(NOON.getTime() + minutes * 60_000);
export const DEADLINE = 180_000;

export const submission = (over: Partial<Submission> = {}): Submission => ({
  content: { kind: 'chat', request: 'a green request' },
  requester: 'ada',
  onBehalfOf: 'employee-001',
  agent: 'main',
  sessionKey: 'docket-1',
  ...over,
});

export const asking = (request: string): Submission =>
  submission({ content: { kind: 'chat', request } });

type Events = readonly GovernedRequestEvent[];

export const submitted = (of: Submission, policy = testPolicy()): Events =>
  submitRequest(notSubmitted, of, policy, NOON);

/** The digest of the content that a history would send. */
export function digestOf(history: Events): string {
  const request = stateOf(history);
  if (request.status === 'not-submitted') throw new Error('A history begins with Submitted.');
  return request.contentDigest;
}

const stateOf = (history: Events): GovernedRequest => history.reduce(evolve, notSubmitted);

export const decision = (history: Events, over: Partial<Decision> = {}): Decision => ({
  approver: 'grace',
  kind: 'human',
  groups: [],
  contentDigest: digestOf(history),
  comment: null,
  now: minutesLater(5),
  ...over,
});

/** The history with one more approval. */
export const approved = (
  history: Events,
  approver = 'grace',
  groups: readonly string[] = [],
): Events => [
  ...history,
  ...approveRequest(stateOf(history), decision(history, { approver, groups })),
];

export const saying = (request: string): Edit => ({ kind: 'chat', request });

/** An edit of the content that a history would send. */
export const amendment = (
  history: Events,
  edit: Edit,
  over: Partial<Amendment> = {},
): Amendment => ({ ...decision(history), comment: 'Clearer so.', edit, ...over });

/** The history with one more amendment. */
export const amended = (
  history: Events,
  edit: Edit,
  approver = 'grace',
  policy = testPolicy(),
): Events => [
  ...history,
  ...amendRequest(stateOf(history), amendment(history, edit, { approver }), policy),
];

export const rejected = (history: Events): Events => [
  ...history,
  ...rejectRequest(stateOf(history), decision(history, { comment: 'Not now.' }), testPolicy()),
];

/** The history with its execution begun. */
export const started = (history: Events): Events => [
  ...history,
  ...startExecution(stateOf(history), minutesLater(6), DEADLINE),
];
