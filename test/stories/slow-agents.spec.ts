import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFakeGateway } from '../../src/openclaw/fake/fake-gateway.js';
import { trace } from '../../src/views/request-trace/trace.js';
import { DRAFT, SUMMARY, TRANSFER } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

const SLOW = 300;

describe('A caller of a slow agent', () => {
  let docket: TestDocket;

  beforeAll(async () => {
    docket = await startTestDocket({ gateway: createFakeGateway({ latency: SLOW }) });
  });
  afterAll(() => docket.close());

  const submit = (body: object, prefer?: string) =>
    docket.call('ada', 'POST', '/v1/requests', { body, headers: prefer ? { prefer } : {} });

  it('gets the answer when they leave the waiting to the service', async () => {
    const answer = await submit(SUMMARY);
    expect([answer.status, answer.json()]).toMatchObject([201, { status: 'executed' }]);
    expect(answer.headers['preference-applied']).toBeUndefined();
  });

  it.each([
    ['respond-async', 'respond-async'],
    ['wait=0', 'wait=0'],
    ['respond-async, wait=0', 'wait=0'],
  ])(
    'who prefers %s is told where to look, and finds the answer there later',
    async (prefer, applied) => {
      const answer = await submit(SUMMARY, prefer);
      expect(answer.status).toBe(202);
      expect(answer.headers['preference-applied']).toBe(applied);
      const { id, status } = trace.parse(answer.json());
      expect(['classified', 'executing']).toContain(status);
      expect(answer.headers['location']).toBe(`/v1/requests/${id}`);
      const rested = await docket.reached(id, 'executed');
      expect(rested.execution?.response).toContain(SUMMARY.request);
    },
  );

  it('who waits long enough gets the answer', async () => {
    const answer = await submit(SUMMARY, 'wait=10');
    expect([answer.status, answer.json()]).toMatchObject([201, { status: 'executed' }]);
    expect(answer.headers['preference-applied']).toBe('wait=10');
  });

  it('is not kept from what needs no agent', async () => {
    for (const [body, status] of [
      [DRAFT, 'awaiting-approval'],
      [TRANSFER, 'blocked'],
    ] as const) {
      const answer = await submit(body, 'respond-async');
      expect([answer.status, answer.json()]).toMatchObject([201, { status }]);
    }
  });

  it('who repeats the call while it runs waits for the same answer', async () => {
    const headers = { 'idempotency-key': 'slow-1' };
    const send = (prefer: string) =>
      docket.call('ada', 'POST', '/v1/requests', {
        body: SUMMARY,
        headers: { ...headers, prefer },
      });
    const first = await send('respond-async');
    const second = await send('wait=10');
    expect([first.status, second.status]).toEqual([202, 200]);
    expect(second.json()).toMatchObject({
      id: trace.parse(first.json()).id,
      status: 'executed',
    });
  });

  it('who approves is answered at once, and waits only when they prefer to', async () => {
    const waiting = await docket.submit('ada', DRAFT);
    const { id, contentDigest } = waiting;
    const answer = await docket.call('grace', 'POST', `/v1/requests/${id}/decisions`, {
      body: { decision: 'approve', contentDigest },
    });
    const shown = trace.parse(answer.json());
    expect(answer.status).toBe(200);
    expect(['approved', 'executing']).toContain(shown.status);
    expect(shown.approval?.state).toBe('approved');
    await docket.reached(id, 'executed');
  });
});

describe('A saturated service', () => {
  let docket: TestDocket;

  beforeAll(async () => {
    docket = await startTestDocket({
      gateway: createFakeGateway({ answer: () => 'hang' }),
      settings: { maxExecutions: 1 },
    });
    // One is under way, and 64 wait for their turn.
    const submissions = Array.from({ length: 65 }, (_, index) =>
      docket.submit('ada', SUMMARY, { prefer: 'respond-async', 'idempotency-key': `no-${index}` }),
    );
    await Promise.all(submissions);
  });
  afterAll(() => docket.close());

  it('still tells a caller who repeats a request what became of it', async () => {
    const headers = { prefer: 'respond-async', 'idempotency-key': 'no-7' };
    const answer = await docket.call('ada', 'POST', '/v1/requests', { body: SUMMARY, headers });
    expect([answer.status, answer.json()]).toMatchObject([200, { status: 'classified' }]);
  });

  it('turns a request away before anything is recorded, and says when to come again', async () => {
    const events = await docket.log();
    const answer = await docket.call('ada', 'POST', '/v1/requests', { body: SUMMARY });
    expect([answer.status, answer.json()]).toMatchObject([503, { code: 'saturated' }]);
    expect(answer.headers['content-type']).toMatch('application/problem+json');
    expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
    expect(await docket.log()).toEqual(events);
  });

  it('has lost nothing of what it took, and called the agent once', async () => {
    const types = (await docket.log()).map(({ type }) => type);
    expect(types.filter((type) => type === 'Submitted')).toHaveLength(65);
    expect(types.filter((type) => type === 'ExecutionStarted')).toHaveLength(1);
    expect(docket.gateway.calls).toHaveLength(1);
  });

  it('still answers questions, and tells in its metrics how much waits', async () => {
    expect((await docket.call('ada', 'GET', '/v1/requests')).status).toBe(200);
    const { text } = await docket.call(null, 'GET', '/metrics');
    expect(text).toMatch(/^docket_executions_running 1$/m);
    expect(text).toMatch(/^docket_executions_queued 64$/m);
  });

  it('says the same to what would be blocked, which it has not looked at', async () => {
    const answer = await docket.call('ada', 'POST', '/v1/requests', { body: TRANSFER });
    expect(answer.status).toBe(503);
  });
});
