import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { AgentGateway } from '../../src/openclaw/agent-gateway.js';
import { createGatewayClient } from '../../src/openclaw/gateway-client/gateway-client.js';
import type { Trace } from '../../src/views/request-trace/trace.js';
import type { Answer } from '../support/docket/http-client.js';
import { DRAFT, SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { until } from '../support/docket/until.js';
import {
  json,
  startOpenclawStub,
  STUB_TOKEN,
  type OpenclawStub,
} from '../support/openclaw-stub.js';

const FAILURES = 5;
/** One would be under way, and 64 wait for their turn. */
const ALL = 65;

describe('A gateway that fails', () => {
  let stub: OpenclawStub;
  let docket: TestDocket<AgentGateway>;
  /** What the service said of itself right behind the last failure, while the gateway still called itself ready. */
  let readiness: Answer;
  const failed: Trace[] = [];
  const waiting: Trace[] = [];

  beforeAll(async () => {
    stub = await startOpenclawStub();
    const gateway = createGatewayClient({ url: stub.url, token: STUB_TOKEN });
    docket = await startTestDocket({ gateway, settings: { maxExecutions: 1 } });
    await docket.submit('ada', SUMMARY);
    stub.next(...Array(FAILURES).fill(json(502, { error: { message: 'Down.', type: 'x' } })));
    for (let count = 0; count < FAILURES; count += 1) {
      failed.push(await docket.submit('ada', SUMMARY));
    }
    readiness = await page('/readyz');
    stub.readiness(json(503, { ready: false }));
    for (let count = 0; count < ALL - 1; count += 1) {
      waiting.push(await docket.submit('ada', SUMMARY, { prefer: 'respond-async' }));
    }
  });
  afterAll(async () => {
    await docket.close();
    await stub.close();
  });

  const calls = () => stub.requests.filter(({ method }) => method === 'POST').length;
  const page = async (path: string) => docket.call(null, 'GET', path);

  it('is told to those who came first, and called no more than five times for it', () => {
    expect(new Set(failed.map(({ status }) => status))).toEqual(new Set(['outcome-unknown']));
    expect(calls()).toBe(1 + FAILURES);
  });

  it('makes those behind them wait, of whom nothing is recorded as begun', async () => {
    expect(waiting.map(({ queued }) => queued?.place)).toEqual(waiting.map((_, at) => at + 1));
    const events = await docket.eventsOf(waiting[0]?.id ?? '');
    expect(events.map(({ type }) => type)).toEqual(['Submitted', 'Classified']);
  });

  it('keeps nobody from deciding', async () => {
    const draft = await docket.submit('bob', DRAFT);
    const decided = await docket.call('grace', 'POST', `/v1/requests/${draft.id}/decisions`, {
      body: { decision: 'approve', contentDigest: draft.contentDigest },
    });
    expect(decided.json()).toMatchObject({ status: 'approved', queued: { place: 2 } });
    waiting.push(draft);
  });

  it('makes the service turn requests away when no more may wait', async () => {
    const answer = await docket.call('ada', 'POST', '/v1/requests', { body: SUMMARY });
    expect([answer.status, answer.json()]).toMatchObject([503, { code: 'saturated' }]);
  });

  it('is seen in readiness and in metrics', async () => {
    expect([readiness.status, readiness.json()]).toMatchObject([
      503,
      { gateway: false, reasons: [expect.stringMatching('requests wait until it works again')] },
    ]);
    const unready = await page('/readyz');
    expect([unready.status, unready.json()]).toMatchObject([
      503,
      { gateway: false, reasons: ['The agent gateway does not answer.'] },
    ]);
    const { text } = await page('/metrics');
    expect(text).toMatch(/^docket_gateway_circuit\{state="open"\} 1$/m);
    expect(text).toMatch(/^docket_gateway_circuit\{state="closed"\} 0$/m);
    expect(text).toMatch(/^docket_executions_running 0$/m);
    expect(text).toMatch(/^docket_executions_queued 65$/m);
  });

  it('that is back gets everything that waited, once each', async () => {
    stub.readiness(json(200, { ready: true }));
    for (const { id } of waiting) await docket.reached(id, 'executed');
    expect(calls()).toBe(1 + FAILURES + waiting.length);
    const ready = await until(async () => {
      const answer = await page('/readyz');
      return answer.status === 200 && answer.json();
    });
    expect(ready).toMatchObject({ gateway: true, reasons: [] });
    expect((await page('/metrics')).text).toMatch(/^docket_gateway_circuit\{state="closed"\} 1$/m);
  });
});
