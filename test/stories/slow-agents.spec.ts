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
