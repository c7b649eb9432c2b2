import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { AgentGatewayErrorCode } from '../../openclaw/agent-gateway.errors.js';
import { createFakeGateway, type FakeGateway } from '../../openclaw/fake/fake-gateway.js';
import { createLogger } from '../../runtime/logger.js';
import type { ExecutionOutcome } from './finish-execution.js';
import { GatewayCircuit } from './gateway-circuit.js';

const ANSWERED: ExecutionOutcome = {
  kind: 'answered',
  answer: { runId: null, response: 'Done.', usage: null },
};
const failed = (code: AgentGatewayErrorCode | 'deadline-passed'): ExecutionOutcome => ({
  kind: 'failed',
  code,
  message: 'No.',
});
const DOWN = failed('gateway-unreachable');
const PAUSE = 2_000;

let gateway: FakeGateway;
let circuit: GatewayCircuit;
let admissions: number;

beforeEach(() => {
  jest.useFakeTimers();
  gateway = createFakeGateway();
  circuit = new GatewayCircuit(gateway, createLogger('silent'));
  admissions = 0;
  circuit.onAdmitting(() => (admissions += 1));
});
afterEach(() => {
  circuit.stop();
  jest.useRealTimers();
});

/** Executions one after another, and what came of each. */
async function ended(...outcomes: readonly (ExecutionOutcome | null)[]): Promise<void> {
  for (const outcome of outcomes) await circuit.watch(Promise.resolve(outcome));
}

const failing = (count: number) => Array<ExecutionOutcome>(count).fill(DOWN);

/** Begins an execution whose end the test decides. */
function begun(): (outcome: ExecutionOutcome | null) => Promise<void> {
  const { promise, resolve } = Promise.withResolvers<ExecutionOutcome | null>();
  const watched = circuit.watch(promise);
  return (outcome) => {
    resolve(outcome);
    return watched;
  };
}

const seen = () => [circuit.state, circuit.admits] as const;

describe('The circuit towards the gateway', () => {
  it('opens at the fifth failure in a row', async () => {
    await ended(...failing(4));
    expect(seen()).toEqual(['closed', true]);
    await ended(DOWN);
    expect(seen()).toEqual(['open', false]);
  });

  it('stays closed as long as an answer comes in between', async () => {
    await ended(...failing(4), ANSWERED, ...failing(4), ANSWERED);
    expect(circuit.state).toBe('closed');
  });

  it.each<AgentGatewayErrorCode>([
    'gateway-unreachable',
    'gateway-unauthorized',
    'gateway-rate-limited',
    'gateway-unavailable',
    'gateway-timeout',
    'gateway-disconnected',
    'gateway-malformed-answer',
    'gateway-error',
    'model-unauthorized',
  ])('opens for %s, which the next call would get as well', async (code) => {
    await ended(...Array<ExecutionOutcome>(5).fill(failed(code)));
    expect(circuit.state).toBe('open');
  });

  it.each<AgentGatewayErrorCode>([
    'agent-unknown',
    'call-invalid',
    'call-too-large',
    'tool-unknown',
    'tool-blocked',
    'tool-failed',
    'gateway-oversized-answer',
  ])('takes %s for an answer, which is about one request', async (code) => {
    await ended(...failing(4), failed(code), ...failing(4));
    expect(circuit.state).toBe('closed');
  });

  it.each([null, failed('deadline-passed')])(
    'learns nothing from an execution that called nobody (%j)',
    async (outcome) => {
      await ended(...failing(4), outcome, DOWN);
      expect(circuit.state).toBe('open');
    },
  );
});

describe('An open circuit', () => {
  beforeEach(() => ended(...failing(5)));

  it('asks the gateway every two seconds, and lets one request through once it is ready', async () => {
    gateway.setReady(false);
    await jest.advanceTimersByTimeAsync(60_000);
    expect([seen(), admissions]).toEqual([['open', false], 0]);
    gateway.setReady(true);
    await jest.advanceTimersByTimeAsync(PAUSE);
    expect([seen(), admissions]).toEqual([['half-open', true], 1]);
    begun();
    expect(seen()).toEqual(['half-open', false]);
    expect(gateway.calls).toEqual([]);
  });

  it('closes when the request that was tried is answered', async () => {
    await jest.advanceTimersByTimeAsync(PAUSE);
    await begun()(ANSWERED);
    expect(seen()).toEqual(['closed', true]);
    await ended(...failing(4));
    expect(circuit.state).toBe('closed');
  });

  it('opens again when it fails, and waits twice as long each time, a minute at the most', async () => {
    for (const pause of [2, 4, 8, 16, 32, 60, 60]) {
      await jest.advanceTimersByTimeAsync(pause * 1_000 - 1);
      expect(circuit.state).toBe('open');
      await jest.advanceTimersByTimeAsync(1);
      expect(circuit.state).toBe('half-open');
      await ended(DOWN);
    }
  });

  it('waits as shortly as ever the next time, once it has closed', async () => {
    for (const outcome of [DOWN, ANSWERED]) {
      await jest.advanceTimersByTimeAsync(2 * PAUSE);
      await ended(outcome);
    }
    await ended(...failing(5));
    await jest.advanceTimersByTimeAsync(PAUSE);
    expect(circuit.state).toBe('half-open');
  });

  it('tries another request when the one that was tried called nobody, or broke off', async () => {
    await jest.advanceTimersByTimeAsync(PAUSE);
    await begun()(null);
    expect(seen()).toEqual(['half-open', true]);
    await expect(circuit.watch(Promise.reject(new Error('Away.')))).rejects.toThrow('Away');
    expect(seen()).toEqual(['half-open', true]);
    await ended(ANSWERED);
    expect(circuit.state).toBe('closed');
  });

  it('believes nothing that was begun before it opened', async () => {
    await jest.advanceTimersByTimeAsync(PAUSE);
    await ended(ANSWERED);
    const [late, later, latest] = [begun(), begun(), begun()];
    await ended(...failing(5));
    await late(ANSWERED);
    expect(circuit.state).toBe('open');
    await jest.advanceTimersByTimeAsync(PAUSE);
    await later(DOWN);
    expect(circuit.state).toBe('half-open');
    await latest(ANSWERED);
    expect(circuit.state).toBe('half-open');
  });

  it('does not mind a clock that jumps back', async () => {
    jest.setSystemTime(0);
    await jest.advanceTimersByTimeAsync(PAUSE);
    expect(circuit.state).toBe('half-open');
  });

  it('asks nothing more once it is stopped', async () => {
    circuit.stop();
    await jest.advanceTimersByTimeAsync(60_000);
    expect([circuit.state, jest.getTimerCount()]).toEqual(['open', 0]);
  });
});
