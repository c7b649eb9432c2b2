import { z } from 'zod';
import type { EventType } from '../../../src/governed-request/governed-request.events.js';
import type { Exchange } from '../records.js';
import { shown, type Check, type Stream } from './evidence.js';

const problem = z.object({ code: z.string() });

/** A call is refused for what the events say, or because the service cannot answer at all. */
export const checkRefusals: Check = ({ exchanges, streams }) =>
  exchanges.flatMap((exchange) => {
    const { as, ask, answer } = exchange;
    if (!answer) return [];
    const stream = ('id' in ask && streams.get(ask.id)) || [];
    if (answer.status < 300 ? !mustBeRefused(exchange) : hasReason(exchange, stream)) return [];
    const how = answer.status < 300 ? 'was not refused' : `was refused with ${codeOf(exchange)}`;
    const text = `What ${as} asked (${ask.kind}) ${how}`;
    return [{ rule: 'refused-without-reason', text, evidence: [exchange, stream.map(shown)] }];
  });

const mustBeRefused = ({ ask }: Exchange): boolean => ask.kind === 'submit' && ask.reusesKey;

const codeOf = ({ answer }: Exchange): string => {
  if (answer?.body === undefined) return `${answer?.status} without a body`;
  return problem.safeParse(answer.body).data?.code ?? `${answer.status} without a code`;
};

/** Whether what is known in the end explains it. Asks name only requests and positions that were told. */
function hasReason(exchange: Exchange, stream: Stream): boolean {
  const { as, ask, answer, at } = exchange;
  const has = (...types: EventType[]) => stream.some(({ type }) => types.includes(type));
  if (answer?.body === undefined) return answer?.status === 503 || isBrokenOff(exchange);
  const code = codeOf(exchange);
  switch (code) {
    case 'idempotency-key-reused':
      return mustBeRefused(exchange);
    case 'not-awaiting-approval':
      return ask.kind === 'decide' && has('Approved', 'Blocked');
    case 'already-decided':
      return stream.some((event) => event.type === 'ApprovalGranted' && event.data.by === as);
    case 'approval-expired':
      return stream.some(
        (event) => event.type === 'ApprovalRequested' && Date.parse(event.data.expiresAt) <= at,
      );
    case 'not-withdrawable':
      return ask.kind === 'withdraw' && has('ExecutionStarted', 'Blocked');
    case 'already-resolved':
      return ask.kind === 'resolve' && has('OutcomeResolved');
    case 'request-not-found':
      // A view may not have it yet, unless it was asked to wait for it.
      return ask.kind === 'read' && ask.minPosition === null;
    default:
      return answer.status === 503;
  }
}

/** Half a refusal says too little to be judged; half an internal error says enough. */
const isBrokenOff = ({ answer }: Exchange): boolean => answer !== null && answer.status < 500;
