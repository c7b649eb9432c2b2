import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import type { AgentGatewayErrorCode } from '../../src/openclaw/agent-gateway.errors.js';
import type { AgentGateway } from '../../src/openclaw/agent-gateway.js';
import { createGatewayClient } from '../../src/openclaw/gateway-client/gateway-client.js';
import { trace } from '../../src/views/request-trace/trace.js';
import { SESSIONS, SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { until } from '../support/docket/until.js';
import {
  completion,
  drip,
  flood,
  hang,
  hangUp,
  json,
  raw,
  resetMidBody,
  startOpenclawStub,
  STUB_TOKEN,
  text,
  toolError,
  type Behaviour,
  type OpenclawStub,
} from '../support/openclaw-stub.js';

const DEADLINE = 400;

const properly = json(200, completion('Done.'));

/** Says the gateway's own token back, as a careless proxy might. */
const chatty = (status: number, type: string) =>
  json(status, { error: { message: `Wrong token ${STUB_TOKEN}`, type } });

describe('A gateway', () => {
  let stub: OpenclawStub;
  let docket: TestDocket<AgentGateway>;
  let lines = '';

  beforeAll(async () => {
    stub = await startOpenclawStub();
    const log = pino({ level: 'trace' }, { write: (line: string) => void (lines += line) });
    const gateway = createGatewayClient({ url: stub.url, token: STUB_TOKEN });
    docket = await startTestDocket({ gateway, log, settings: { executionDeadline: DEADLINE } });
    expect((await docket.submit('ada', SUMMARY)).status).toBe('executed');
  });
  afterAll(async () => {
    await docket.close();
    await stub.close();
  });

  /** What the caller is told, and how often the gateway was called for it. */
  async function submit(body: object) {
    const before = stub.requests.length;
    const answer = await docket.call('ada', 'POST', '/v1/requests', { body });
    const calls = stub.requests.slice(before).filter(({ method }) => method === 'POST');
    return { answer, shown: trace.parse(answer.json()), calls: calls.length };
  }

  it.each<[string, Behaviour, AgentGatewayErrorCode, 'failed' | 'outcome-unknown']>([
    ['does not know our token', chatty(401, 'unauthorized'), 'gateway-unauthorized', 'failed'],
    [
      'has a model that refuses it',
      chatty(401, 'authentication_error'),
      'model-unauthorized',
      'outcome-unknown',
    ],
    ['asks for patience', json(429, {}, { 'retry-after': '7' }), 'gateway-rate-limited', 'failed'],
    [
      'does not like the request',
      json(400, { error: { message: 'No.', type: 'x' } }),
      'call-invalid',
      'failed',
    ],
    ['fails inside', chatty(500, 'internal'), 'gateway-error', 'outcome-unknown'],
    ['has a model that fails', json(502, {}), 'gateway-error', 'outcome-unknown'],
    ['is not there yet', json(503, {}), 'gateway-unavailable', 'outcome-unknown'],
    ['answers too late', hang, 'gateway-timeout', 'outcome-unknown'],
    ['answers a byte now and then', drip, 'gateway-timeout', 'outcome-unknown'],
    ['hangs up', hangUp, 'gateway-disconnected', 'outcome-unknown'],
    ['breaks off in the middle', resetMidBody, 'gateway-disconnected', 'outcome-unknown'],
    [
      'does not speak HTTP',
      raw('SSH-2.0-x\r\n\r\n'),
      'gateway-malformed-answer',
      'outcome-unknown',
    ],
    [
      'answers no JSON',
      text(200, 'application/json', '{"id":'),
      'gateway-malformed-answer',
      'outcome-unknown',
    ],
    [
      'answers a web page',
      text(200, 'text/html', '<html>'),
      'gateway-malformed-answer',
      'outcome-unknown',
    ],
    [
      'answers something else',
      json(200, { ...completion('x'), choices: [] }),
      'gateway-malformed-answer',
      'outcome-unknown',
    ],
    ['answers without end', flood, 'gateway-oversized-answer', 'outcome-unknown'],
  ])('that %s is told to the caller, and called once', async (_, behaviour, code, status) => {
    // It works in between: five failures in a row would open the circuit.
    stub.next(properly, behaviour);
    expect((await submit(SUMMARY)).shown.status).toBe('executed');
    const { answer, shown, calls } = await submit(SUMMARY);
    expect([answer.status, calls]).toEqual([201, 1]);
    expect(shown).toMatchObject({
      status,
      execution: {
        outcome: status === 'failed' ? 'failed' : 'unknown',
        response: null,
        error: { code, message: expect.stringMatching(/\w/) },
      },
    });
    const events = await docket.eventsOf(shown.id);
    expect(events.map(({ type }) => type)).toEqual([
      'Submitted',
      'Classified',
      'ExecutionStarted',
      status === 'failed' ? 'ExecutionFailed' : 'ExecutionOutcomeUnknown',
    ]);
    expect(events.at(-1)?.data).toMatchObject({ code });
  });

  it.each([
    [404, 'not_found', 'tool-unknown', 'failed'],
    [403, 'tool_call_blocked', 'tool-blocked', 'failed'],
    [500, 'tool_error', 'tool-failed', 'outcome-unknown'],
  ] as const)(
    'that answers %i %s to a tool is told to the caller',
    async (http, type, code, status) => {
      stub.next(toolError(http, type, 'The tool says no.'));
      const { shown, calls } = await submit(SESSIONS);
      expect(calls).toBe(1);
      expect(shown).toMatchObject({ status, execution: { error: { code } } });
      expect(shown.execution?.error?.message).toContain('The tool says no.');
    },
  );

  it('that says to come again later is quoted', async () => {
    stub.next(json(429, {}, { 'retry-after': '7' }));
    const { shown } = await submit(SUMMARY);
    expect(shown.execution?.error?.message).toContain('Retry after 7 s.');
  });

  it('may recover: the next request is carried out', async () => {
    expect((await submit(SUMMARY)).shown.status).toBe('executed');
  });

  it('gets no second call for a request that failed, however often it is repeated', async () => {
    stub.next(hangUp);
    const send = () =>
      docket.call('ada', 'POST', '/v1/requests', {
        body: SUMMARY,
        headers: { 'idempotency-key': 'once' },
      });
    const first = await send();
    const calls = stub.requests.length;
    const again = await send();
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.json()).toEqual(first.json());
    expect(stub.requests).toHaveLength(calls);
  });

  it('that is not ready makes the service not ready', async () => {
    expect((await docket.call(null, 'GET', '/readyz')).status).toBe(200);
    stub.readiness(json(503, { ready: false }));
    const answer = await docket.call(null, 'GET', '/readyz');
    expect([answer.status, answer.json()]).toMatchObject([503, { ready: false, gateway: false }]);
  });

  it('that is down leaves the request failed, as nothing was sent', async () => {
    await stub.close();
    const { answer, shown, calls } = await submit(SUMMARY);
    expect([answer.status, calls]).toEqual([201, 0]);
    expect(shown).toMatchObject({
      status: 'failed',
      execution: { error: { code: 'gateway-unreachable' } },
    });
  });

  it('has a token that no answer, no log line and no event shows', async () => {
    const last = await until(async () => (await docket.log()).at(-1));
    const listed = await docket.call(
      'audrey',
      'GET',
      `/v1/requests?limit=500&minPosition=${last.position}`,
    );
    for (const path of ['/v1/events?limit=500', '/metrics', '/readyz', '/openapi.json']) {
      expect((await docket.call('audrey', 'GET', path)).text).not.toContain(STUB_TOKEN);
    }
    expect(listed.text).not.toContain(STUB_TOKEN);
    expect(lines).toContain('Nest application successfully started');
    expect(lines).not.toContain(STUB_TOKEN);
  });
});
