import * as fc from 'fast-check';
import type {
  EventData,
  GovernedRequestEvent,
  RequestContent,
} from '../../../src/governed-request/governed-request.events.js';

/** One governed request's whole stream, or the first part of it. */
export interface RequestHistory {
  readonly id: string;
  readonly events: readonly GovernedRequestEvent[];
}

/** Some requests, and in which order their events came into the log: the indexes of the requests, one an event. */
export interface History {
  readonly requests: readonly RequestHistory[];
  readonly order: readonly number[];
}

const POLICY = { name: 'default', digest: 'e'.repeat(64) };
const people = fc.constantFrom('ada', 'grace', 'linus', '__proto__');
const approvers = fc.constantFrom('mia', 'noah', 'olga');
const text = fc.oneof(
  fc.constantFrom('Summarise the policy', '=1+1', 'Größe 100 % \\ _'),
  fc.string(),
);
const digest = fc.stringMatching(/^[0-9a-f]{64}$/);
const start = Date.UTC(2026, 0, 1);
const SIMPLE = {
  eligible: [],
  atLeast: [],
  human: false,
  expiresAt: '2027-01-01T00:00:00.000Z',
  escalation: null,
  reminders: [],
};
const DEMANDING = {
  ...SIMPLE,
  eligible: ['finance'],
  atLeast: [{ group: 'finance', count: 1 }],
  human: true,
  escalation: { at: '2026-12-31T00:00:00.000Z', to: ['board'] },
  reminders: ['2026-12-30T00:00:00.000Z', '2026-12-31T00:00:00.000Z'],
};
/** Few enough days that reports have something to count. */
const submittedTime = fc
  .integer({ min: 0, max: 40 * 86_400 })
  .map((second) => start + second * 1_000);
const delay = fc.integer({ min: 0, max: 100_000 });

const content: fc.Arbitrary<RequestContent> = fc.oneof(
  text.map((request) => ({ kind: 'chat' as const, request })),
  fc.record({
    kind: fc.constant('tool' as const),
    tool: fc.constantFrom('sessions_list', 'exec'),
    action: fc.constant('json'),
    args: fc.dictionary(fc.constantFrom('path', 'command'), text),
  }),
);

const submitted = fc.record({
  content,
  contentDigest: digest,
  requester: people,
  onBehalfOf: fc.option(people),
  agent: fc.constantFrom('main', 'research'),
  sessionKey: fc.constant('docket:1'),
});

const classified = (risk: EventData<'Classified'>['risk']): fc.Arbitrary<GovernedRequestEvent> =>
  fc
    .record({ category: fc.constantFrom('data', 'money', 'low_impact'), reason: text, word: text })
    .map(({ category, reason, word }) => ({
      type: 'Classified',
      data: {
        risk,
        category,
        confidence: 0.9,
        requiresApproval: risk === 'amber',
        allow: risk !== 'red',
        reason,
        findings: [{ rule: 'rule', start: 0, end: word.length, text: word }],
        policy: POLICY,
      },
    }));

const ENDINGS = [
  'executed',
  'failed',
  'unknown',
  'did-run',
  'did-not-run',
  'started',
  'waiting',
] as const;
type Ending = (typeof ENDINGS)[number];

interface Life {
  readonly risk: EventData<'Classified'>['risk'];
  readonly decision: 'approve' | 'refuse' | 'expire' | 'withdraw' | 'amend';
  readonly ending: Ending;
  readonly quorum: number;
  /** Milliseconds between one step and the next. */
  readonly delays: readonly number[];
  readonly comment: string | null;
  readonly approver: string;
  readonly second: GovernedRequestEvent;
  readonly response: string;
  readonly amendment: RequestContent;
}

const life: fc.Arbitrary<Life> = fc.record({
  risk: fc.constantFrom('green', 'amber', 'red'),
  decision: fc.constantFrom('approve', 'refuse', 'expire', 'withdraw', 'amend'),
  ending: fc.constantFrom(...ENDINGS),
  quorum: fc.constantFrom(1, 2),
  delays: fc.array(delay, { minLength: 8, maxLength: 8 }),
  comment: fc.option(text),
  approver: approvers,
  second: classified('amber'),
  response: text,
  amendment: content,
});

/** A request as Docket records it, cut off anywhere: between two events, also those of one append. */
export const arbitraryRequest: fc.Arbitrary<RequestHistory> = fc
  .record({ id: fc.uuid({ version: 7 }), submitted, at: submittedTime, life })
  .chain(({ id, submitted: data, at, life: lived }) =>
    classified(lived.risk).chain((first) => {
      const events = [
        { type: 'Submitted' as const, data: { ...data, submittedAt: iso(at) } },
        first,
        ...courseOf(lived, data.contentDigest, at),
      ];
      return fc
        .integer({ min: 1, max: events.length })
        .map((length) => ({ id, events: events.slice(0, length) }));
    }),
  );

/** Several requests at once, their events interleaved in any way. */
export const arbitraryHistory = (maxRequests = 12): fc.Arbitrary<History> =>
  fc
    .uniqueArray(arbitraryRequest, { maxLength: maxRequests, selector: ({ id }) => id })
    .chain((requests) => {
      const turns = requests.flatMap(({ events }, request) => events.map(() => request));
      return fc
        .shuffledSubarray(turns, { minLength: turns.length, maxLength: turns.length })
        .map((order) => ({ requests, order }));
    });

function courseOf(lived: Life, contentDigest: string, at: number): readonly GovernedRequestEvent[] {
  const clock = ticking(at, lived.delays);
  if (lived.risk === 'red') return [blocked('policy', 'policy:default', lived, clock())];
  if (lived.risk === 'green') return execution(lived, contentDigest, clock);
  return approval(lived, contentDigest, clock);
}

function approval(
  lived: Life,
  contentDigest: string,
  clock: () => string,
): readonly GovernedRequestEvent[] {
  const terms = lived.quorum === 1 ? SIMPLE : DEMANDING;
  const asked: GovernedRequestEvent = {
    type: 'ApprovalRequested',
    data: { ...terms, contentDigest, quorum: lived.quorum, requestedAt: clock() },
  };
  const passing = lived.quorum === 1 ? [] : timePassing(clock);
  return [asked, ...passing, ...decision(lived, contentDigest, clock)];
}

const timePassing = (clock: () => string): readonly GovernedRequestEvent[] => [
  { type: 'ApprovalReminded', data: { number: 1, at: clock() } },
  { type: 'ApprovalEscalated', data: { to: ['board'], at: clock() } },
];

function decision(
  lived: Life,
  contentDigest: string,
  clock: () => string,
): readonly GovernedRequestEvent[] {
  const { approver: by, comment, quorum } = lived;
  const at = clock();
  switch (lived.decision) {
    case 'approve': {
      const by2 = quorum === 1 ? [by] : [by, 'zoe'];
      const granted = by2.map<GovernedRequestEvent>((person) => ({
        type: 'ApprovalGranted',
        data: {
          by: person,
          groups: ['finance'],
          standsInFor: person === 'zoe' ? 'noa' : null,
          comment,
          contentDigest,
          at,
        },
      }));
      const approved: GovernedRequestEvent = {
        type: 'Approved',
        data: { by: by2, contentDigest, at: clock() },
      };
      return [...granted, approved, ...execution(lived, contentDigest, clock)];
    }
    case 'refuse': {
      const data = { by, groups: [], standsInFor: null, comment, contentDigest, at };
      return [{ type: 'ApprovalRefused', data }, blocked('refused', by, lived, clock())];
    }
    case 'expire':
      return [
        { type: 'ApprovalExpired', data: { expiredAt: at } },
        blocked('expired', 'docket', lived, clock()),
      ];
    case 'withdraw':
      return [blocked('withdrawn', 'ada', lived, at)];
    case 'amend': {
      const standsInFor = comment === null ? null : 'noa';
      const said = { by, standsInFor, content: lived.amendment, comment, at };
      const data = { ...said, contentDigest: 'd'.repeat(64) };
      const approved = approval({ ...lived, decision: 'approve' }, data.contentDigest, clock);
      return [{ type: 'ContentAmended', data }, lived.second, ...approved];
    }
  }
}

function execution(
  lived: Life,
  contentDigest: string,
  clock: () => string,
): readonly GovernedRequestEvent[] {
  if (lived.ending === 'waiting') return [];
  const started: GovernedRequestEvent = {
    type: 'ExecutionStarted',
    data: { attempt: 1, startedAt: clock(), deadline: '2027-01-01T00:00:00.000Z', contentDigest },
  };
  return [started, ...outcome(lived, clock)];
}

function outcome(lived: Life, clock: () => string): readonly GovernedRequestEvent[] {
  const finishedAt = clock();
  switch (lived.ending) {
    case 'executed': {
      const usage = { promptTokens: 1, completionTokens: 2, totalTokens: 3 };
      const { response } = lived;
      const rest = { responseDigest: 'f'.repeat(64), usage, latency: lived.delays[0]!, finishedAt };
      return [{ type: 'Executed', data: { runId: 'run-1', response, ...rest } }];
    }
    case 'failed': {
      const data = { code: 'gateway-unreachable', message: lived.response, finishedAt };
      return [{ type: 'ExecutionFailed', data }];
    }
    case 'unknown':
      return [unknown(lived, finishedAt)];
    case 'did-run':
    case 'did-not-run': {
      const { approver: by, ending, response: comment } = lived;
      const data = { by, outcome: ending, comment, at: clock() };
      return [unknown(lived, finishedAt), { type: 'OutcomeResolved', data }];
    }
    case 'started':
    case 'waiting':
      return [];
  }
}

const unknown = ({ response: reason }: Life, finishedAt: string): GovernedRequestEvent => ({
  type: 'ExecutionOutcomeUnknown',
  data: { code: 'gateway-timeout', reason, finishedAt },
});

const blocked = (
  code: EventData<'Blocked'>['code'],
  by: string,
  { response: reason }: Life,
  at: string,
): GovernedRequestEvent => ({ type: 'Blocked', data: { by, code, reason, alternative: null, at } });

function ticking(at: number, delays: readonly number[]): () => string {
  let now = at;
  let step = 0;
  return () => iso((now += delays[step++ % delays.length]!));
}

const iso = (time: number): string => new Date(time).toISOString();
