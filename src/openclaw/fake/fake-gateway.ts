import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import type { AgentAnswer, AgentCall, AgentGateway } from '../agent-gateway.js';
import { AgentGatewayError } from '../agent-gateway.errors.js';
import { watchCall, type CallWatch } from '../call-watch.js';
import { agentSession } from '../gateway-client/agent-session.js';

/** What comes of a call: an answer, an error, or nothing until its deadline, its caller or `close` ends it. */
type FakeOutcome = AgentAnswer | AgentGatewayError | 'hang';

export interface FakeGatewayOptions {
  /** The agents it has; by default `main`. */
  readonly agents?: readonly string[] | undefined;
  /** What comes of calls that no script covers; by default chats echo the request, and `sessions_list` lists nothing. */
  readonly answer?: ((call: AgentCall) => FakeOutcome) | undefined;
  /** Milliseconds before an answer; an error comes at once. Default 0. */
  readonly latency?: number | undefined;
}

/** An agent gateway in this process, for tests and benchmarks. */
export interface FakeGateway extends AgentGateway {
  /** Every call it took, in order. */
  readonly calls: readonly AgentCall[];
  /** What comes of the next calls, one each. */
  script(...outcomes: readonly FakeOutcome[]): void;
  /** Whether it can be asked for its readiness and its agents from now on. */
  setReady(ready: boolean): void;
}

/** Behaves as a gateway that has some agents and the one tool `sessions_list`. */
export function createFakeGateway({
  agents = ['main'],
  answer = (call) => refusalOf(call, agents) ?? echo(call),
  latency = 0,
}: FakeGatewayOptions = {}): FakeGateway {
  const calls: AgentCall[] = [];
  const scripted: FakeOutcome[] = [];
  const closing = new AbortController();
  let isReady = true;

  const take = async (call: AgentCall, watch: CallWatch) => {
    calls.push(call);
    const outcome = scripted.shift() ?? answer(call);
    if (outcome instanceof AgentGatewayError) throw outcome;
    if (outcome === 'hang') return hang(watch);
    if (latency > 0) await pause(latency, watch);
    return outcome;
  };

  return {
    calls,
    script: (...outcomes) => void scripted.push(...outcomes),
    setReady: (ready) => void (isReady = ready),
    async run(call, deadline, signal) {
      if (closing.signal.aborted) {
        throw new AgentGatewayError('gateway-unavailable', 'failed', 'The gateway is closed.');
      }
      const watch = watchCall(deadline, signal, closing.signal);
      try {
        if (watch.signal.aborted) throw watch.givenUp(false);
        return await take(call, watch);
      } finally {
        watch.end();
      }
    },
    agents: () => Promise.resolve(isReady && !closing.signal.aborted ? agents : null),
    ready: () => Promise.resolve(isReady && !closing.signal.aborted),
    close: () => Promise.resolve(closing.abort()),
  };
}

const echo = (call: AgentCall): AgentAnswer =>
  call.kind === 'chat'
    ? {
        runId: `chatcmpl_${randomUUID()}`,
        response: `The fake agent was asked: ${call.request}`,
        usage: { promptTokens: 5, completionTokens: 3, totalTokens: 8 },
      }
    : { runId: null, response: JSON.stringify({ count: 0, sessions: [] }), usage: null };

const MAX_TOOL_BYTES = 2 * 1024 * 1024;

function refusalOf(call: AgentCall, agents: readonly string[]): AgentGatewayError | null {
  agentSession(call.agent, call.sessionKey);
  if (!agents.includes(call.agent))
    return failed('agent-unknown', `Unknown agent '${call.agent}'.`);
  if (call.kind === 'chat') {
    const { temperature = 0 } = call;
    const inRange = temperature >= 0 && temperature <= 2;
    return inRange ? null : failed('call-invalid', 'The temperature is not between 0 and 2.');
  }
  if (JSON.stringify(call.args).length > MAX_TOOL_BYTES) {
    return failed('call-too-large', 'The call is larger than 2 MiB.');
  }
  return call.tool === 'sessions_list'
    ? null
    : failed('tool-unknown', `Tool not available: ${call.tool}`);
}

const failed = (code: AgentGatewayError['code'], message: string) =>
  new AgentGatewayError(code, 'failed', message);

const hang = (watch: CallWatch) =>
  new Promise<never>((_resolve, reject) => {
    watch.signal.addEventListener('abort', () => reject(watch.givenUp(true)));
  });

async function pause(latency: number, watch: CallWatch): Promise<void> {
  await sleep(latency, undefined, { signal: watch.signal }).catch(() => {
    throw watch.givenUp(true);
  });
}
