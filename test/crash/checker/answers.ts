import { isDeepStrictEqual } from 'node:util';
import { trace, type Trace } from '../../../src/views/request-trace/trace.js';
import { contentOf } from '../load/crash-requests.js';
import type { Ask, Exchange } from '../records.js';
import { foldOf, shown, type Check, type Evidence } from './evidence.js';
import type { Rule, Violation } from './violation.js';

/** Whatever a client was told is what the events say, up to the version that it was told. */
export const checkAnswers: Check = (evidence) =>
  evidence.exchanges.flatMap((exchange) => {
    const { ask, answer } = exchange;
    if (!answer || answer.status >= 300 || ask.kind === 'follow') return [];
    if (answer.body === undefined) return begunAnswer(exchange, evidence);
    const told = trace.safeParse(answer.body).data;
    if (!told) return [violation('told-something-else', 'The answer is no trace', exchange)];
    return [...untrue(told, exchange, evidence), ...besideThePoint(told, exchange)];
  });

const violation = (
  rule: Rule,
  text: string,
  exchange: Exchange,
  ...evidence: readonly unknown[]
): Violation => ({
  rule,
  text: `${text} (${exchange.as}: ${exchange.ask.kind})`,
  evidence: [exchange, ...evidence],
});

/** The connection broke behind the head of an answer: that it was taken is said by then. */
function begunAnswer(exchange: Exchange, { streams }: Evidence): Violation[] {
  const id = exchange.answer?.location?.split('/').at(-1);
  if (id === undefined || streams.has(id)) return [];
  return [violation('told-without-events', `Request ${id} has no events`, exchange)];
}

function untrue(told: Trace, exchange: Exchange, { streams }: Evidence): Violation[] {
  const stream = streams.get(told.id) ?? [];
  if (stream.length <= told.version) {
    const text = `Request ${told.id} has ${stream.length} events, version ${told.version} was told`;
    return [violation('told-without-events', text, exchange, stream.map(shown))];
  }
  const then = foldOf(stream.slice(0, told.version + 1));
  const { queued, versions: _, ...recorded } = told;
  if (isDeepStrictEqual(recorded, then) && (queued === null || mayWait(told))) return [];
  const text = `Request ${told.id} at version ${told.version} is not what was told`;
  return [violation('told-without-events', text, exchange, then, stream.map(shown))];
}

/** Only what is allowed and not started waits for its turn. */
const mayWait = ({ status, classification }: Trace): boolean =>
  status === 'approved' ||
  (status === 'classified' && classification?.allow === true && !classification.requiresApproval);

function besideThePoint(told: Trace, exchange: Exchange): Violation[] {
  if (answers(told, exchange)) return [];
  const text = `What was told of ${told.id} does not answer`;
  return [violation('told-something-else', text, exchange)];
}

function answers(told: Trace, { as, ask }: Exchange): boolean {
  switch (ask.kind) {
    case 'submit':
      return told.requester === as && isDeepStrictEqual(told.content, contentOf(ask.body));
    case 'decide':
      return told.id === ask.id && hasDecided(told, as, ask.decision);
    case 'withdraw':
      return told.id === ask.id && told.blocked?.code === 'withdrawn' && told.blocked.by === as;
    case 'resolve':
      return told.id === ask.id && hasResolved(told, as, ask.outcome);
    case 'read':
      return told.id === ask.id && BigInt(told.position) >= BigInt(ask.minPosition ?? 0);
    case 'follow':
      return true;
  }
}

const hasResolved = ({ execution }: Trace, as: string, outcome: string): boolean =>
  execution?.resolution?.by === as && execution.resolution.outcome === outcome;

const hasDecided = (
  { approval }: Trace,
  as: string,
  decision: Extract<Ask, { kind: 'decide' }>['decision'],
): boolean =>
  approval?.decisions.filter((one) => one.by === as && one.decision === decision).length === 1;
