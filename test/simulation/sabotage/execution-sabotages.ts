import { serviceActing } from '../../../src/governed-request/acting.js';
import {
  AbandonExecutionHandler,
  type AbandonExecution,
} from '../../../src/governed-request/execute-request/abandon-execution.command.js';
import {
  ExecuteRequestHandler,
  type ExecuteRequest,
} from '../../../src/governed-request/execute-request/execute-request.command.js';
import { finishExecution } from '../../../src/governed-request/execute-request/finish-execution.js';
import { startExecution } from '../../../src/governed-request/execute-request/start-execution.js';
import type { GovernedRequest } from '../../../src/governed-request/governed-request.js';
import { GovernedRequests, type Handled } from '../../../src/governed-request/governed-requests.js';
import { AgentGatewayError } from '../../../src/openclaw/agent-gateway.errors.js';
import type { AgentCall, AgentGateway } from '../../../src/openclaw/agent-gateway.js';
import { AGENT_GATEWAY } from '../../../src/runtime/injection.js';
import type { Container, Token } from '../world/container.js';
import { instead } from './rule-sabotages.js';

const GATEWAY = AGENT_GATEWAY as Token<AgentGateway>;
const DEADLINE = 10_000;

const callOf = (request: Exclude<GovernedRequest, { status: 'not-submitted' }>): AgentCall => ({
  ...request.content,
  agent: request.agent,
  sessionKey: request.sessionKey,
});

async function execute(
  container: Container,
  { known, signal }: ExecuteRequest,
  order: 'call first' | 'record first',
): Promise<null> {
  const requests = container.get(GovernedRequests);
  const { id, request } = known;
  if (request.status === 'not-submitted') return null;
  const call = () => container.get(GATEWAY).run(callOf(request), DEADLINE, signal);
  const start = () =>
    requests.handle(id, serviceActing(id), (it, now) => startExecution(it, now, DEADLINE), known);
  const early = order === 'call first' ? await call() : null;
  const started = await start();
  const answer = early ?? (await call());
  await requests.handle(
    id,
    serviceActing(id),
    (it, now) => finishExecution(it, { kind: 'answered', answer }, now),
    started,
  );
  return null;
}

/** Calls the gateway, and writes down afterwards that it was started. */
export const callsBeforeItRecords = instead(ExecuteRequestHandler, (container) => ({
  execute: (command: ExecuteRequest) => execute(container, command, 'call first'),
}));

/** Calls the gateway however long ago the start was recorded. */
export const callsHoweverLate = instead(ExecuteRequestHandler, (container) => ({
  execute: (command: ExecuteRequest) => execute(container, command, 'record first'),
}));

/** Calls the gateway once more where nobody knows what came of the first call. */
export const callsAgain = instead(AbandonExecutionHandler, (container) => ({
  async execute(command: AbandonExecution): Promise<Handled> {
    const handled = await container.original(AbandonExecutionHandler).execute(command);
    const { request, position } = handled;
    if (position !== null && request.status !== 'not-submitted') {
      await container.get(GATEWAY).run(callOf(request), DEADLINE);
    }
    return handled;
  },
}));

const gatewayBut = (change: (gateway: AgentGateway) => AgentGateway['run']) =>
  instead(GATEWAY, (container) => {
    const gateway = container.original(GATEWAY);
    return { ...gateway, run: change(gateway) };
  });

/** Takes silence for a failure. */
export const takesSilenceForFailure = gatewayBut(
  (gateway) => (call, deadline, signal) =>
    gateway.run(call, deadline, signal).catch((error: AgentGatewayError) => {
      throw new AgentGatewayError(error.code, 'failed', error.message);
    }),
);

/** Puts what was approved in its own words. */
export const sendsOtherWords = gatewayBut(
  (gateway) => (call, deadline, signal) =>
    gateway.run(
      call.kind === 'chat' ? { ...call, request: `Please: ${call.request}` } : call,
      deadline,
      signal,
    ),
);
