import type { GovernedRequest } from '../governed-request.js';
import type { GovernedRequestEvent } from '../governed-request.events.js';
import { Refused } from '../refused.js';
import { finishExecution } from './finish-execution.js';

/** Time after an execution's deadline in which whoever started it may still record what came of it. */
const GRACE = 30_000;

/** Who started the execution is gone: nobody can know whether it ran, and it is never called again by itself. */
export function abandonExecution(request: GovernedRequest, now: Date): GovernedRequestEvent[] {
  if (request.status !== 'executing') {
    throw new Refused('not-executing', `The request is ${request.status}.`);
  }
  const { deadline } = request.execution;
  if (now.getTime() < Date.parse(deadline) + GRACE) return [];
  const message = `No outcome was recorded by ${deadline}; the process that started it is gone.`;
  return finishExecution(request, { kind: 'unknown', code: 'execution-abandoned', message }, now);
}
