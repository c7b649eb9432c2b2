import { createInMemoryEventStore } from '../../../src/event-store/in-memory/in-memory-event-store.js';
import type { StoredEvent } from '../../../src/event-store/event-store.js';
import { callerActing } from '../../../src/governed-request/acting.js';
import { approveRequest } from '../../../src/governed-request/decide-approval/approve-request.js';
import { finishExecution } from '../../../src/governed-request/execute-request/finish-execution.js';
import { startExecution } from '../../../src/governed-request/execute-request/start-execution.js';
import { decode } from '../../../src/governed-request/governed-request.codec.js';
import type { GovernedRequestEvent } from '../../../src/governed-request/governed-request.events.js';
import type { GovernedRequest } from '../../../src/governed-request/governed-request.js';
import { GovernedRequests } from '../../../src/governed-request/governed-requests.js';
import { submitRequest } from '../../../src/governed-request/submit-request/submit-request.js';
import { waitingItemOf } from '../../../src/views/approval-queue/waiting-item.js';
import { loggedEventOf } from '../../../src/views/event-log/logged-event.js';
import { traceOf } from '../../../src/views/request-trace/evolve-trace.js';
import type { Trace } from '../../../src/views/request-trace/trace.js';
import { person } from '../../support/governed/person.js';
import { testPolicy } from '../../support/governed/test-policy.js';
import { contentOf, type CrashRequest } from '../load/crash-requests.js';
import type { Ask, Exchange, GatewayCall, Records } from '../records.js';

export const NOON = Date.parse('2026-11-22T12:00:00.000Z');
const SECOND = 1_000;
const DEADLINE = 2 * SECOND;
/** When the first process was killed and the second one started. */
const KILLED = NOON + 30 * SECOND;
const END = NOON + 100 * SECOND;

/** A green request that was executed, an amber one too, one whose process was killed, one that waits. */
export const IDS = {
  executed: '00000000-0000-5000-8000-00000000000a',
  approved: '00000000-0000-5000-8000-00000000000b',
  abandoned: '00000000-0000-5000-8000-00000000000c',
  waiting: '00000000-0000-5000-8000-00000000000d',
} as const;
type Name = keyof typeof IDS;

const policy = testPolicy();
const bodyOf = (name: Name): CrashRequest => {
  const colour = name === 'approved' || name === 'waiting' ? 'amber' : 'green';
  return { request: `A ${colour} one. [story ${name}]`, onBehalfOf: 'employee-001' };
};

/** What a faultless service leaves behind. */
export async function sampleRecords(): Promise<Records> {
  const log = await sampleLog();
  const at = (name: Name, version = Infinity) => traceAt(log, IDS[name], version);
  const traces = (Object.keys(IDS) as Name[]).map((name) => at(name));
  const exchanges = [
    submission('executed', at('executed')),
    submission('approved', at('approved', 2)),
    exchange('grace', decideOn(at('approved', 2)), 200, at('approved', 4)),
    submission('abandoned', null),
    submission('abandoned', at('abandoned', 1)),
    submission('waiting', at('waiting')),
  ];
  return {
    exchanges,
    seen: (['pages', 'stream'] as const).flatMap((reader) =>
      log.map((event) => ({ reader, round: 0, event: loggedEventOf(event) })),
    ),
    calls: (['executed', 'approved', 'abandoned'] as const).map(callFor),
    lives: [
      { round: 0, from: NOON - SECOND, to: KILLED },
      { round: 1, from: KILLED + 1, to: END },
    ],
    log,
    isDense: true,
    views: {
      traces,
      single: traces,
      report: {
        total: 4,
        totals: {
          risk: { green: 2, amber: 2 },
          status: { executed: 2, 'outcome-unknown': 1, 'awaiting-approval': 1 },
          category: { 'green-category': 2, 'amber-category': 2 },
        },
      },
      waiting: [{ approver: 'grace', items: [waitingItemOf(at('waiting'))!] }],
      rows: NO_ROWS,
      rebuiltRows: NO_ROWS,
    },
    endedAt: END,
  };
}

const NO_ROWS = { traces: [], queue: [], facts: [], broken: [], checkpoints: [] };

/** The trace as the events tell it, up to a version. */
export function traceAt(log: readonly StoredEvent[], id: string, version = Infinity): Trace {
  const stream = log.filter((event) => event.stream.endsWith(id) && event.version <= version);
  return { ...traceOf(stream.map(decode))!, versions: null, queued: null };
}

export const exchange = (as: Exchange['as'], ask: Ask, status: number, body: unknown): Exchange => {
  const id = typeof body === 'object' && body !== null && 'id' in body ? String(body.id) : null;
  const location = ask.kind === 'submit' && id !== null ? `/v1/requests/${id}` : null;
  return { round: 0, as, ask, answer: { status, location, body }, at: END };
};

function submission(name: Name, told: Trace | null): Exchange {
  const named = { story: name, key: name, body: bodyOf(name) };
  const asked = exchange('ada', { kind: 'submit', ...named, reusesKey: false }, 201, told);
  return told ? asked : { ...asked, answer: null };
}

const decideOn = ({ id, contentDigest }: Trace): Ask => ({
  kind: 'decide',
  id,
  decision: 'approve',
  contentDigest,
});

const callFor = (name: Name): GatewayCall => ({
  round: 0,
  at: NOON + 25 * SECOND,
  requestId: IDS[name],
  content: contentOf(bodyOf(name)),
  plan: 'answer',
  response: `Done: ${name}.`,
});

async function sampleLog(): Promise<readonly StoredEvent[]> {
  const store = createInMemoryEventStore();
  let now = NOON;
  const requests = new GovernedRequests(store, () => new Date(now));
  const record = async (
    name: Name,
    actor: string,
    decide: (request: GovernedRequest, at: Date) => GovernedRequestEvent[],
  ) => {
    now += SECOND;
    await requests.handle(IDS[name], callerActing(person(actor)), decide);
  };
  const submit = (name: Name) =>
    record(name, 'ada', (request, at) => submitRequest(request, submissionOf(name), policy, at));
  const start = (name: Name) =>
    record(name, 'docket', (request, at) => startExecution(request, at, DEADLINE));
  const finish = (name: Name, outcome: Parameters<typeof finishExecution>[1]) =>
    record(name, 'docket', (request, at) => finishExecution(request, outcome, at));
  const answered = (name: Name) =>
    ({
      kind: 'answered',
      answer: { runId: 'run', response: `Done: ${name}.`, usage: null },
    }) as const;

  for (const name of ['executed', 'approved', 'abandoned', 'waiting'] as const) await submit(name);
  await record('approved', 'grace', (request, at) =>
    approveRequest(request, approval(request, at)),
  );
  for (const name of ['executed', 'approved', 'abandoned'] as const) await start(name);
  for (const name of ['executed', 'approved'] as const) await finish(name, answered(name));
  now = KILLED + 50 * SECOND;
  await finish('abandoned', { kind: 'unknown', code: 'execution-abandoned', message: 'Gone.' });
  const log = await store.readAll(null, 100);
  await store.close();
  return log.map((event, index) => ({ ...event, position: BigInt(index + 1) }));
}

const submissionOf = (name: Name) => ({
  content: contentOf(bodyOf(name)),
  requester: 'ada',
  onBehalfOf: 'employee-001',
  agent: 'main',
  sessionKey: `docket-${IDS[name]}`,
});

function approval(request: GovernedRequest, now: Date) {
  if (request.status !== 'awaiting-approval') throw new Error('It does not wait.');
  const { contentDigest } = request;
  return {
    approver: 'grace',
    kind: 'human' as const,
    groups: [],
    contentDigest,
    comment: null,
    now,
  };
}
