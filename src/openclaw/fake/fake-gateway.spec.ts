import { describe, expect, it } from '@jest/globals';
import { agentGatewayContract } from '../agent-gateway.contract.js';
import type { AgentCall } from '../agent-gateway.js';
import { AgentGatewayError } from '../agent-gateway.errors.js';
import { createFakeGateway } from './fake-gateway.js';

agentGatewayContract('The fake gateway', () => {
  const stranger = createFakeGateway({
    answer: () => new AgentGatewayError('gateway-unauthorized', 'failed', 'Wrong token.'),
  });
  stranger.setReady(false);
  return Promise.resolve({ gateway: createFakeGateway({ latency: 250 }), stranger });
});

describe('The fake gateway', () => {
  const call: AgentCall = { kind: 'chat', request: 'Hello', agent: 'main', sessionKey: 'a' };
  const answer = { runId: 'chatcmpl_1', response: 'Hi', usage: null };

  it('keeps the calls it took', async () => {
    const gateway = createFakeGateway();
    await gateway.run(call, 1_000);
    expect(gateway.calls).toEqual([call]);
  });

  it('follows its script, then answers as usual', async () => {
    const gateway = createFakeGateway();
    const error = new AgentGatewayError('gateway-error', 'unknown', 'Down.');
    gateway.script(answer, error, 'hang');
    await expect(gateway.run(call, 1_000)).resolves.toBe(answer);
    await expect(gateway.run(call, 1_000)).rejects.toBe(error);
    await expect(gateway.run(call, 20)).rejects.toMatchObject({ code: 'gateway-timeout' });
    await expect(gateway.run(call, 1_000)).resolves.toMatchObject({
      response: expect.stringContaining('Hello'),
    });
  });

  it('answers as it is told to', async () => {
    const gateway = createFakeGateway({ answer: () => answer });
    await expect(gateway.run(call, 1_000)).resolves.toBe(answer);
  });

  it('has the agents it is told to have', async () => {
    const gateway = createFakeGateway({ agents: ['clerk'] });
    await expect(gateway.agents()).resolves.toEqual(['clerk']);
    await expect(gateway.run({ ...call, agent: 'clerk' }, 1_000)).resolves.toBeDefined();
    await expect(gateway.run(call, 1_000)).rejects.toMatchObject({ code: 'agent-unknown' });
  });

  it('is not ready when it is told so', async () => {
    const gateway = createFakeGateway();
    gateway.setReady(false);
    await expect(gateway.ready()).resolves.toBe(false);
    await expect(gateway.agents()).resolves.toBeNull();
  });
});
