import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { AgentGateway } from '../../src/openclaw/agent-gateway.js';
import { createFakeGateway } from '../../src/openclaw/fake/fake-gateway.js';
import { problemDetails } from '../../src/http/problem.js';
import { SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { until } from '../support/docket/until.js';

const DRAIN = 400;
const UNFINISHED = 'GET /v1/requests HTTP/1.1\r\nHost: docket\r\n';

describe('A service that is asked to end', () => {
  let docket: TestDocket<AgentGateway>;
  let sockets: Socket[];
  /** Resolved once the agent was called. */
  let called: Promise<void>;
  /** Lets the agent answer. */
  let release: () => void;

  beforeEach(async () => {
    sockets = [];
    const [begun, released] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()];
    called = begun.promise;
    release = released.resolve;
    const fake = createFakeGateway();
    const gateway: AgentGateway = {
      ...fake,
      run: async (...call) => {
        begun.resolve();
        await released.promise;
        return fake.run(...call);
      },
    };
    docket = await startTestDocket({ gateway, settings: { drainDelay: DRAIN } });
  });
  afterEach(async () => {
    release();
    for (const socket of sockets) socket.destroy();
    await docket.close();
  });

  async function connected(): Promise<Socket> {
    const socket = connect(Number(new URL(docket.url).port), '127.0.0.1');
    socket.on('error', () => undefined);
    sockets.push(socket);
    await once(socket, 'connect');
    return socket;
  }

  const isListening = (): Promise<boolean> =>
    connected().then(
      () => true,
      () => false,
    );

  it('says that it is not ready and still takes calls for a while, each the last of its connection', async () => {
    const stopped = docket.stop();
    const [ready, submitted] = await Promise.all([
      docket.call(null, 'GET', '/readyz'),
      docket.call('ada', 'POST', '/v1/requests', {
        body: SUMMARY,
        headers: { prefer: 'respond-async' },
      }),
    ]);
    expect(ready.status).toBe(503);
    expect(ready.json()).toMatchObject({ ready: false, reasons: ['It is shutting down.'] });
    expect([submitted.status, submitted.headers['connection']]).toEqual([202, 'close']);
    release();
    await stopped;
    await expect(docket.call(null, 'GET', '/healthz')).rejects.toThrow('ECONNREFUSED');
  });

  it('turns down what comes over an open connection once it has stopped listening', async () => {
    const socket = await connected();
    socket.write(UNFINISHED);
    const answer = docket.submit('ada', SUMMARY);
    await called;
    const stopped = docket.stop();
    await until(async () => !(await isListening()));
    socket.write('\r\n');
    const [bytes] = (await once(socket, 'data')) as [Buffer];
    const [head = '', body = ''] = bytes.toString().split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 503 .*\r\n(.*\r\n)*retry-after: 1\r\n/i);
    expect(head).toMatch(/^connection: close$/im);
    expect(problemDetails.parse(JSON.parse(body)).code).toBe('shutting-down');
    release();
    expect((await answer).status).toBe('executed');
    await stopped;
  });

  it('is not held up by who opened a connection and says nothing', async () => {
    await connected();
    const began = performance.now();
    await docket.stop();
    expect(performance.now() - began).toBeLessThan(DRAIN + 5_000);
  });
});
