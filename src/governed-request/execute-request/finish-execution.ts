import type { AgentAnswer } from '../../openclaw/agent-gateway.js';
import { sha256 } from '../content-digest.js';
import type { GovernedRequest } from '../governed-request.js';
import type { GovernedRequestEvent } from '../governed-request.events.js';
import { Refused } from '../refused.js';

/** What came of the call to the gateway. */
export type ExecutionOutcome =
  | { readonly kind: 'answered'; readonly answer: AgentAnswer }
  | { readonly kind: 'failed' | 'unknown'; readonly code: string; readonly message: string };

/** Closes the execution that runs, with what came of it. */
export function finishExecution(
  request: GovernedRequest,
  outcome: ExecutionOutcome,
  now: Date,
): GovernedRequestEvent[] {
  if (request.status !== 'executing') {
    throw new Refused('not-executing', `The request is ${request.status}.`);
  }
  const finishedAt = now.toISOString();
  switch (outcome.kind) {
    case 'answered':
      return [executed(outcome.answer, Date.parse(request.execution.startedAt), now)];
    case 'failed': {
      const { code, message } = outcome;
      return [{ type: 'ExecutionFailed', data: { code, message, finishedAt } }];
    }
    case 'unknown': {
      const { code, message: reason } = outcome;
      return [{ type: 'ExecutionOutcomeUnknown', data: { code, reason, finishedAt } }];
    }
  }
}

const executed = (
  { runId, response, usage }: AgentAnswer,
  started: number,
  now: Date,
): GovernedRequestEvent => ({
  type: 'Executed',
  data: {
    runId,
    response,
    responseDigest: sha256(response),
    usage,
    latency: Math.max(0, now.getTime() - started),
    finishedAt: now.toISOString(),
  },
});
