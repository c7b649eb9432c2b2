import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import type { Streams } from '../support/event-log.js';
import type { GatewayCall } from '../support/recording-gateway.js';
import { ofType } from './check-streams.js';

/** Where the log and the gateway's own record do not tell the same; one line each. */
export const checkCalls = (streams: Streams, calls: readonly GatewayCall[]): readonly string[] => [
  ...calls
    .filter(({ requestId }) => !streams.has(requestId))
    .map(({ requestId }) => `${requestId}: the gateway was called for a request nobody recorded`),
  ...[...streams].flatMap(([id, events]) => {
    const own = calls.filter(({ requestId }) => requestId === id);
    return [...checkCallsOf(events, own)].map((fault) => `${id}: ${fault}`);
  }),
];

function* checkCallsOf(
  events: readonly RecordedEvent[],
  calls: readonly GatewayCall[],
): Iterable<string> {
  const started = ofType(events, 'ExecutionStarted')[0];
  const executed = ofType(events, 'Executed')[0];
  if (calls.length > 1) yield `the gateway was called ${calls.length} times`;
  if (executed && calls.length === 0) yield 'it was recorded as executed and never called';
  for (const call of calls) {
    if (!started) yield 'the gateway was called without a start on record';
    else if (call.at < Date.parse(started.data.startedAt)) yield 'the call came before the start';
    else if (call.at > Date.parse(started.data.deadline)) yield 'the call came after its deadline';
    if (executed && executed.data.response !== call.response) {
      yield 'the answer on record is not the one that the gateway gave';
    }
  }
}
