import { afterEach, describe, expect, it } from '@jest/globals';
import { until } from '../../test/support/docket/until.js';
import {
  hang,
  startOpenclawStub,
  STUB_TOKEN,
  type OpenclawStub,
} from '../../test/support/openclaw-stub.js';
import { readConfiguration } from '../runtime/configuration.js';
import { createLogger } from '../runtime/logger.js';
import { openGateway, type OpenedGateway } from './open-gateway.js';

const EXECUTIONS = 200;

let stub: OpenclawStub;
let opened: OpenedGateway;

afterEach(async () => {
  await opened.close();
  await stub.close();
});

describe('The gateway of a service', () => {
  it('has a connection for every execution, however many there may be', async () => {
    stub = await startOpenclawStub();
    stub.next(...Array(EXECUTIONS).fill(hang));
    const configuration = readConfiguration({
      OPENCLAW_URL: stub.url,
      OPENCLAW_TOKEN: STUB_TOKEN,
      DOCKET_MAX_EXECUTIONS: `${EXECUTIONS}`,
    });
    opened = await openGateway(configuration, createLogger('silent'));
    for (let count = 0; count < EXECUTIONS; count += 1) {
      const session = { agent: 'main', sessionKey: `matter-${count}` };
      const call = opened.gateway.run({ kind: 'chat', request: 'Hello', ...session }, 60_000);
      call.catch(() => undefined);
    }
    await until(() => stub.requests.length === EXECUTIONS);
    expect(stub.connections).toBe(EXECUTIONS);
  });
});
