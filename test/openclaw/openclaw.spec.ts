import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { setTimeout } from 'node:timers/promises';
import { agentGatewayContract } from '../../src/openclaw/agent-gateway.contract.js';
import { createGatewayClient } from '../../src/openclaw/gateway-client/gateway-client.js';
import { managedGatewaySuite } from './managed-gateway.suite.js';
import { startRealGateway, type RealGateway } from './real-gateway.js';
import { storiesSuite } from './stories.suite.js';

/** Starting takes half a minute, and a minute more where OpenClaw is not installed yet. */
const START_LIMIT_MS = 600_000;

/** OpenClaw's helper processes end by themselves when they miss the main one. */
const HELPERS_END_MS = 1_000;

/** One real gateway with the rehearsal model serves all suites, because each start takes so long. */
describe('With the real OpenClaw', () => {
  let real: RealGateway;

  beforeAll(async () => {
    real = await startRealGateway();
  }, START_LIMIT_MS);

  afterAll(() => real?.remove(), START_LIMIT_MS);

  agentGatewayContract('The client of a real gateway', async () => {
    const { url, token } = real.gateway;
    return {
      gateway: createGatewayClient({ url, token }),
      stranger: createGatewayClient({ url, token: 'a-wrong-token' }),
    };
  });

  storiesSuite(() => real);

  managedGatewaySuite(() => real);

  it('leaves no process behind when it is stopped', async () => {
    const processes = await real.processes();
    expect(processes.length).toBeGreaterThan(0);
    await real.gateway.stop();
    await setTimeout(HELPERS_END_MS);
    expect(await real.processes()).toEqual([]);
  });
});
