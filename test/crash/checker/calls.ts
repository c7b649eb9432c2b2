import { isDeepStrictEqual } from 'node:util';
import type { GatewayCall } from '../records.js';
import { allowedDigest } from './allowed-digest.js';
import { shown, type Check, type Stream } from './evidence.js';
import type { Violation } from './violation.js';

/** The agent is called once at most for a request, for what was allowed, and only after that was recorded. */
export const checkCalls: Check = ({ calls, streams }) => {
  const byRequest = Map.groupBy(calls, ({ requestId }) => requestId);
  return [...byRequest].flatMap(([id, made]) => {
    const stream = streams.get(id) ?? [];
    const evidence = [made, stream.map(shown)];
    const refused = made.flatMap((call): Violation[] => {
      const why = whyNotAllowed(call, stream);
      return why === null
        ? []
        : [{ rule: 'not-allowed', text: `Call for ${id}: ${why}`, evidence }];
    });
    if (made.length === 1) return refused;
    const text = `The agent was called ${made.length} times for ${id}`;
    return [...refused, { rule: 'called-twice', text, evidence }];
  });
};

function whyNotAllowed({ at, content }: GatewayCall, stream: Stream): string | null {
  const start = stream.findIndex(({ type }) => type === 'ExecutionStarted');
  const started = stream[start];
  if (started?.type !== 'ExecutionStarted') return 'its execution was not recorded';
  if (Date.parse(started.metadata.recordedAt) > at) return 'its execution was recorded afterwards';
  if (allowedDigest(stream.slice(0, start)) !== started.data.contentDigest)
    return 'it was not allowed';
  const [first] = stream;
  const isIt = first?.type === 'Submitted' && isDeepStrictEqual(first.data.content, content);
  return isIt ? null : 'it is about something else';
}
