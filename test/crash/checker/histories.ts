import { contentDigest } from '../../../src/governed-request/content-digest.js';
import { evolve, notSubmitted } from '../../../src/governed-request/governed-request.js';
import type { EventType } from '../../../src/governed-request/governed-request.events.js';
import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import { traceOf } from '../../../src/views/request-trace/evolve-trace.js';
import { allowedDigest } from './allowed-digest.js';
import { messageOf, place, shown, type Check, type Stream } from './evidence.js';
import type { Violation } from './violation.js';

const WHILE_WAITING: readonly EventType[] = [
  'ApprovalGranted',
  'ApprovalRefused',
  'ApprovalEscalated',
  'ApprovalReminded',
  'ContentAmended',
  'ApprovalExpired',
  'Blocked',
];

/** What may follow on what; nothing follows on an end. */
const FOLLOWERS: Readonly<Record<EventType, readonly EventType[]>> = {
  Submitted: ['Classified'],
  Classified: ['ApprovalRequested', 'Blocked', 'ExecutionStarted'],
  ApprovalRequested: WHILE_WAITING,
  ApprovalEscalated: WHILE_WAITING,
  ApprovalReminded: WHILE_WAITING,
  ApprovalGranted: [...WHILE_WAITING, 'Approved'],
  ApprovalRefused: ['Blocked'],
  ContentAmended: ['Classified'],
  Approved: ['ExecutionStarted', 'Blocked'],
  ApprovalExpired: ['Blocked'],
  Blocked: [],
  ExecutionStarted: ['Executed', 'ExecutionFailed', 'ExecutionOutcomeUnknown'],
  Executed: [],
  ExecutionFailed: [],
  ExecutionOutcomeUnknown: ['OutcomeResolved'],
  OutcomeResolved: [],
};

/** What is recorded together with what it follows on, so that a stream never ends on the first of them. */
const IN_ONE_APPEND: readonly (readonly [EventType, EventType])[] = [
  ['Submitted', 'Classified'],
  ['Classified', 'ApprovalRequested'],
  ['ApprovalRefused', 'Blocked'],
  ['ApprovalGranted', 'Approved'],
  ['ApprovalExpired', 'Blocked'],
  ['ContentAmended', 'Classified'],
];

/** Every stream is a history that the domain's rules allow. */
export const checkHistories: Check = ({ streams }) =>
  [...streams.values()].flatMap((stream) => [
    ...unfoldable(stream),
    ...outOfOrder(stream),
    ...tornAppends(stream),
    ...otherContent(stream),
    ...notAllowed(stream),
  ]);

const violation = (text: string, stream: Stream): Violation => ({
  rule: 'illegal-history',
  text,
  evidence: stream.map(shown),
});

function unfoldable(stream: Stream): Violation[] {
  try {
    stream.reduce(evolve, notSubmitted);
    traceOf(stream);
    return [];
  } catch (error) {
    return [violation(messageOf(error), stream)];
  }
}

function outOfOrder(stream: Stream): Violation[] {
  return stream.flatMap((event, index) => {
    const before = stream[index - 1];
    const mayFollow = before
      ? FOLLOWERS[before.type].includes(event.type)
      : event.type === 'Submitted';
    if (mayFollow) return [];
    return [violation(`${place(event)} follows on ${before?.type ?? 'nothing'}`, stream)];
  });
}

function tornAppends(stream: Stream): Violation[] {
  const last = stream.at(-1);
  const torn = stream.flatMap((event, index) => {
    const next = stream[index + 1];
    const isTogether = IN_ONE_APPEND.some(
      ([one, other]) => one === event.type && other === next?.type,
    );
    if (!next || !isTogether || causeOf(next) === causeOf(event)) return [];
    return [violation(`${place(next)} was not recorded together with ${event.type}`, stream)];
  });
  if (!last || !endsHalfway(last)) return torn;
  return [...torn, violation(`${place(last)} is the last of its stream`, stream)];
}

const causeOf = ({ metadata }: RecordedEvent): string =>
  `${metadata.$causationId} ${metadata.recordedAt}`;

function endsHalfway(last: RecordedEvent): boolean {
  if (last.type === 'Classified') return !last.data.allow || last.data.requiresApproval;
  const halves = ['Submitted', 'ApprovalRefused', 'ApprovalExpired', 'ContentAmended'];
  return halves.includes(last.type);
}

/** From its submission to its execution a request is about one content, and its digest is that of this content. */
function otherContent(stream: Stream): Violation[] {
  const [first, second] = stream;
  if (first?.type !== 'Submitted' || second?.type !== 'Classified') return [];
  const { content, agent, sessionKey } = first.data;
  const policyDigest = second.data.policy.digest;
  const digest = contentDigest({ content, agent, sessionKey, policyDigest });
  return stream.flatMap((event) => {
    if (!('contentDigest' in event.data) || event.data.contentDigest === digest) return [];
    return [violation(`${place(event)} is about other content`, stream)];
  });
}

function notAllowed(stream: Stream): Violation[] {
  return stream.flatMap((event, index) => {
    if (event.type !== 'ExecutionStarted') return [];
    if (allowedDigest(stream.slice(0, index)) === event.data.contentDigest) return [];
    return [violation(`${place(event)} has nothing before it that allows it`, stream)];
  });
}
