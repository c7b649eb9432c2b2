import { afterAll, beforeAll } from '@jest/globals';
import {
  startOpenclawStub,
  STUB_TOKEN,
  type OpenclawStub,
} from '../../../test/support/openclaw-stub.js';
import { agentGatewayContract } from '../agent-gateway.contract.js';
import { createGatewayClient } from './gateway-client.js';

let stub: OpenclawStub;

beforeAll(async () => {
  stub = await startOpenclawStub({ latency: 250 });
});

afterAll(() => stub.close());

agentGatewayContract('The gateway client', () =>
  Promise.resolve({
    gateway: createGatewayClient({ url: stub.url, token: STUB_TOKEN }),
    stranger: createGatewayClient({ url: stub.url, token: 'not-the-token' }),
  }),
);
