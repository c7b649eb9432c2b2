import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import type { GatewayCall, Life } from '../records.js';
import { shown, type Check, type Evidence, type Stream } from './evidence.js';

const ABANDONED = 'execution-abandoned';

/**
 * What is recorded of an execution is what the gateway did. Unknown is the outcome of exactly those calls that broke
 * off, and of those whose process was killed before it recorded another one.
 */
export const checkOutcomes: Check = (evidence) =>
  [...evidence.streams].flatMap(([id, stream]) => {
    const call = evidence.calls.find(({ requestId }) => requestId === id);
    const why = stream.map((event) => whyWrong(event, stream, call, evidence)).find(Boolean);
    if (!why) return [];
    const text = `Request ${id}: ${why}`;
    return [{ rule: 'wrong-outcome', text, evidence: [call, stream.map(shown)] }];
  });

function whyWrong(
  event: RecordedEvent,
  stream: Stream,
  call: GatewayCall | undefined,
  { lives }: Evidence,
): string | null {
  if (event.type === 'Executed') return whyNotExecuted(event.data.response, call);
  if (event.type === 'ExecutionFailed') {
    const mayHaveRun = call && call.plan !== 'refuse';
    return mayHaveRun ? 'failed, and the gateway got it and did not refuse it' : null;
  }
  if (event.type !== 'ExecutionOutcomeUnknown') return null;
  if (event.data.code === ABANDONED) return whyNotAbandoned(event, stream, lives);
  if (call?.plan === 'hang' || call?.plan === 'hang-up') return null;
  // A machine that is too busy may have heard the answer too late.
  const started = startOf(stream);
  if (started && event.metadata.recordedAt >= started.data.deadline) return null;
  return `unknown (${event.data.code}), and the gateway told the outcome`;
}

function whyNotExecuted(response: string, call: GatewayCall | undefined): string | null {
  if (call?.plan !== 'answer') return 'executed, and the gateway answered nothing';
  return response === call.response ? null : 'executed with another answer';
}

/** Whoever started it was killed, and nobody else declares it unknown before its time. */
function whyNotAbandoned(
  event: RecordedEvent,
  stream: Stream,
  lives: readonly Life[],
): string | null {
  const started = startOf(stream);
  if (!started) return 'abandoned, and was never started';
  if (event.metadata.recordedAt < started.data.deadline) return 'abandoned before its deadline';
  const lifeOf = ({ metadata }: RecordedEvent) => {
    const at = Date.parse(metadata.recordedAt);
    return lives.find(({ from, to }) => from <= at && at <= to);
  };
  if (lifeOf(started) !== lifeOf(event)) return null;
  return 'abandoned, and the process that started it still ran';
}

const startOf = (stream: Stream) => stream.find((event) => event.type === 'ExecutionStarted');
