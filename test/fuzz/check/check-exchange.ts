import type { PlannedRequest } from '../plan/planned-request.js';
import type { Exchange } from '../send/exchange.js';
import { answerFaults } from './check-answer.js';
import type { FindDescribed } from './described-answers.js';

/** What every exchange with the service is held against. */
export interface Standard {
  readonly described: FindDescribed;
  readonly secrets: readonly string[];
}

const MAX_BODY = 1_048_576;

/** What is wrong with what the service did, a line each. */
export function exchangeFaults(
  { method, target, body }: Pick<PlannedRequest, 'method' | 'target' | 'body'>,
  exchange: Exchange,
  { described, secrets }: Standard,
): readonly string[] {
  const { answers, proper, garbage, cut, hung } = exchange;
  const faults = answers.flatMap((answer, index) =>
    answerFaults(answer, {
      described: described(method, target),
      whole: !cut || index < answers.length - 1,
      method,
      secrets,
    }),
  );
  const taken = answers.some(({ status }) => status < 300);
  if (method === 'POST' && taken && (body?.length ?? 0) > MAX_BODY) {
    faults.push(`large body taken: ${body?.length} bytes`);
  }
  if (garbage !== null) faults.push(`no HTTP: ${garbage}`);
  if (hung) faults.push('hung: neither an answer nor the end of the connection came');
  else if (proper && answers.length === 0) {
    faults.push('no answer: the connection was closed without one');
  }
  return faults;
}
