import { AgentGatewayError } from '../../../src/openclaw/agent-gateway.errors.js';
import type { AgentAnswer, AgentCall, AgentGateway } from '../../../src/openclaw/agent-gateway.js';
import { watchCall, type CallWatch } from '../../../src/openclaw/call-watch.js';
import type { GatewayBehaviour, GatewayWeights } from './profile.js';
import { BEGINNING, type SimulatedProcess } from './simulated-process.js';
import { short } from './simulated-store.js';

/** One call as the gateway's own record has it. */
export interface RecordedCall {
  readonly call: AgentCall;
  readonly by: string;
  /** True time in milliseconds since 1970. */
  readonly at: number;
  /** Whether it reached the agent, wholly or in part. */
  ran: boolean;
  /** The agent's words, whether or not anybody heard them. */
  response: string | null;
}

export interface SimulatedGatewayOptions {
  readonly process: SimulatedProcess;
  readonly weights: () => GatewayWeights;
  /** Takes every call into the record before anything comes of it. */
  readonly record: (call: RecordedCall) => void;
}

/** One replica's way to the agent gateway, which answers, errs, hangs, answers late or dies. */
export function simulatedGateway({
  process,
  weights,
  record,
}: SimulatedGatewayOptions): AgentGateway {
  const { random, schedule } = process;
  const closing = new AbortController();

  return {
    run(call, deadline, signal) {
      const recorded = { call, by: process.name, at: BEGINNING + schedule.now, ran: false };
      const entry: RecordedCall = { ...recorded, response: null };
      record(entry);
      const watch = watchCall(deadline, signal, closing.signal);
      const behaviour = random.weighted(weights());
      return play({ entry, watch, behaviour, deadline, process }).finally(() => watch.end());
    },
    agents: () => Promise.resolve(['main']),
    ready: () => Promise.resolve(weights()['is out of reach'] === 0 || random.chance(0.5)),
    close: () => Promise.resolve(closing.abort()),
  };
}

interface Playing {
  readonly entry: RecordedCall;
  readonly watch: CallWatch;
  readonly behaviour: GatewayBehaviour;
  readonly deadline: number;
  readonly process: SimulatedProcess;
}

const TRAVEL = 20;

function play(playing: Playing): Promise<AgentAnswer> {
  const { entry, watch, behaviour, deadline, process } = playing;
  const { random } = process;
  return new Promise((resolve, reject) => {
    if (watch.signal.aborted) {
      reject(watch.givenUp(false));
      return;
    }
    watch.signal.addEventListener('abort', () => reject(watch.givenUp(true)));
    const fail = (code: 'gateway-error' | 'gateway-disconnected', outcome: 'failed' | 'unknown') =>
      reject(new AgentGatewayError(code, outcome, `The gateway ${behaviour}.`));
    if (behaviour === 'is out of reach') {
      reject(new AgentGatewayError('gateway-unreachable', 'failed', 'The gateway is away.'));
      return;
    }
    outside(playing, random.fraction() * TRAVEL, 'reaches the gateway', () => {
      if (behaviour === 'refuses') return back(playing, 0, () => fail('gateway-error', 'failed'));
      entry.ran = true;
      const part = random.fraction() * deadline;
      if (behaviour === 'hangs') return;
      if (behaviour === 'dies') {
        return back(playing, part, () => fail('gateway-disconnected', 'unknown'));
      }
      if (behaviour === 'errs') return back(playing, part, () => fail('gateway-error', 'unknown'));
      const took = behaviour === 'answers late' ? deadline * 0.8 + part : part * 0.5;
      const response = `done: ${random.uuid()}`;
      entry.response = response;
      back(playing, took, () => resolve({ runId: `run-${response}`, response, usage: null }));
    });
  });
}

const labelOf =
  ({ entry, process, behaviour }: Playing, what: string) =>
  () =>
    `${process.name}: the call for ${short(entry.call.sessionKey)} ${what} (which ${behaviour})`;

function outside(playing: Playing, delay: number, what: string, act: () => void): void {
  const { process } = playing;
  process.schedule.after(delay, {
    label: labelOf(playing, what),
    process,
    isOutside: true,
    outlives: process.random.chance(0.5),
    act,
  });
}

function back(playing: Playing, delay: number, act: () => void): void {
  const { process } = playing;
  process.schedule.after(delay + process.random.fraction() * TRAVEL, {
    label: labelOf(playing, 'comes back'),
    process,
    act,
  });
}
