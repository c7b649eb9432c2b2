import type {
  EventData,
  EventType,
  GovernedRequestEvent,
} from '../../../src/governed-request/governed-request.events.js';

type Of<T extends EventType> = Extract<GovernedRequestEvent, { readonly type: T }>;

export const DIGEST = 'a'.repeat(64);
export const AMENDED_DIGEST = 'd'.repeat(64);
const AT = '2026-01-01T00:00:00.000Z';
const LATER = '2026-01-01T00:00:09.000Z';

export const submitted = (over: Partial<EventData<'Submitted'>> = {}): Of<'Submitted'> => ({
  type: 'Submitted',
  data: {
    content: { kind: 'chat', request: 'Summarise the internal AI policy' },
    contentDigest: DIGEST,
    requester: 'ada',
    onBehalfOf: null,
    agent: 'main',
    sessionKey: 'docket:1',
    submittedAt: AT,
    ...over,
  },
});

export const classified = (over: Partial<EventData<'Classified'>> = {}): Of<'Classified'> => ({
  type: 'Classified',
  data: {
    risk: 'amber',
    category: 'external-communication',
    confidence: 0.9,
    requiresApproval: true,
    allow: true,
    reason: 'Matched "finance".',
    findings: [{ rule: 'mail', start: 0, end: 7, text: 'finance' }],
    policy: { name: 'default', digest: 'e'.repeat(64) },
    ...over,
  },
});

export const requested = (
  over: Partial<EventData<'ApprovalRequested'>> = {},
): Of<'ApprovalRequested'> => ({
  type: 'ApprovalRequested',
  data: {
    contentDigest: DIGEST,
    quorum: 1,
    eligible: [],
    atLeast: [],
    human: false,
    requestedAt: AT,
    expiresAt: '2026-01-02T00:00:00.000Z',
    escalation: null,
    reminders: [],
    ...over,
  },
});

export const escalated = (to: readonly string[]): Of<'ApprovalEscalated'> => ({
  type: 'ApprovalEscalated',
  data: { to: [...to], at: LATER },
});

export const reminded = (number: number): Of<'ApprovalReminded'> => ({
  type: 'ApprovalReminded',
  data: { number, at: LATER },
});

export const granted = (
  by: string,
  groups: readonly string[] = [],
  standsInFor: string | null = null,
): Of<'ApprovalGranted'> => ({
  type: 'ApprovalGranted',
  data: {
    by,
    groups: [...groups],
    standsInFor,
    comment: 'Fine',
    contentDigest: DIGEST,
    at: LATER,
  },
});

export const refused = (by: string): Of<'ApprovalRefused'> => ({
  type: 'ApprovalRefused',
  data: { ...granted(by).data, comment: 'No' },
});

export const amended = (by: string): Of<'ContentAmended'> => ({
  type: 'ContentAmended',
  data: {
    by,
    standsInFor: null,
    content: { kind: 'tool', tool: 'sessions_list', action: 'json', args: {} },
    contentDigest: AMENDED_DIGEST,
    comment: 'A list will do',
    at: LATER,
  },
});

export const approved = (...by: string[]): Of<'Approved'> => ({
  type: 'Approved',
  data: { by, contentDigest: DIGEST, at: LATER },
});

export const expired = (): Of<'ApprovalExpired'> => ({
  type: 'ApprovalExpired',
  data: { expiredAt: LATER },
});

export const blocked = (code: EventData<'Blocked'>['code']): Of<'Blocked'> => ({
  type: 'Blocked',
  data: { by: 'mia', code, reason: 'Not today', alternative: 'A draft', at: LATER },
});

export const started = (): Of<'ExecutionStarted'> => ({
  type: 'ExecutionStarted',
  data: { attempt: 1, startedAt: AT, deadline: LATER, contentDigest: DIGEST },
});

export const executed = (over: Partial<EventData<'Executed'>> = {}): Of<'Executed'> => ({
  type: 'Executed',
  data: {
    runId: 'run-1',
    response: 'Here it is',
    responseDigest: 'f'.repeat(64),
    usage: { promptTokens: 1, completionTokens: 2, totalTokens: 3 },
    latency: 1_200,
    finishedAt: LATER,
    ...over,
  },
});

export const failed = (): Of<'ExecutionFailed'> => ({
  type: 'ExecutionFailed',
  data: { code: 'gateway-unreachable', message: 'No gateway', finishedAt: LATER },
});

export const unknown = (): Of<'ExecutionOutcomeUnknown'> => ({
  type: 'ExecutionOutcomeUnknown',
  data: { code: 'gateway-timeout', reason: 'No answer in time', finishedAt: LATER },
});

export const resolved = (
  outcome: EventData<'OutcomeResolved'>['outcome'],
): Of<'OutcomeResolved'> => ({
  type: 'OutcomeResolved',
  data: { by: 'grace', outcome, comment: 'As the session says', at: LATER },
});
