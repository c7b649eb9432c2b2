import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createFakeGateway } from '../../src/openclaw/fake/fake-gateway.js';
import { trace } from '../../src/views/request-trace/trace.js';
import type { Identity } from '../support/docket/identities.js';
import { DRAFT, SESSIONS, SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

describe('A repeated submission', () => {
  let docket: TestDocket;

  beforeAll(async () => {
    docket = await startTestDocket({ gateway: createFakeGateway({ latency: 20 }) });
  });
  afterAll(() => docket.close());

  const submit = (as: Identity, key: string, body: object) =>
    docket.call(as, 'POST', '/v1/requests', { body, headers: { 'idempotency-key': key } });

  it('with the same key and the same body is the same request', async () => {
    const first = await submit('ada', 'order-1', SUMMARY);
    const events = await docket.log();
    const again = await submit('ada', 'order-1', { ...SUMMARY, kind: 'chat', agent: 'main' });
    expect([first.status, again.status]).toEqual([201, 200]);
    expect(again.json()).toEqual(first.json());
    expect(again.headers['location']).toBe(first.headers['location']);
    expect(await docket.log()).toEqual(events);
  });

  it('tells how the request stands now', async () => {
    const waiting = trace.parse((await submit('ada', 'order-2', DRAFT)).json());
    await docket.decide('grace', 'approve', waiting);
    const again = await submit('ada', 'order-2', DRAFT);
    expect([again.status, again.json()]).toMatchObject([
      200,
      { id: waiting.id, status: 'executed' },
    ]);
  });

  it.each([
    ['another text', { ...SUMMARY, request: 'Summarise something else.' }],
    ['another temperature', { ...SUMMARY, temperature: 1 }],
    ['another employee', { ...SUMMARY, onBehalfOf: 'employee-002' }],
    ['another conversation', { ...SUMMARY, sessionKey: 'other' }],
    ['a tool', SESSIONS],
  ])('with the same key and %s is refused', async (what, body) => {
    const key = `order-3-${what.replaceAll(' ', '-')}`;
    await submit('ada', key, SUMMARY);
    const events = await docket.log();
    const other = await submit('ada', key, body);
    expect([other.status, other.json()]).toMatchObject([
      422,
      { code: 'idempotency-key-reused', errors: [{ path: 'idempotency-key' }] },
    ]);
    expect(await docket.log()).toEqual(events);
  });

  it('at the same moment is one stream and one call of the agent', async () => {
    const calls = docket.gateway.calls.length;
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => submit('ada', 'order-4', SUMMARY)),
    );
    const traces = answers.map((answer) => trace.parse(answer.json()));
    expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
    expect(answers.filter(({ status }) => status === 200)).toHaveLength(7);
    expect(new Set(traces.map(({ id }) => id)).size).toBe(1);
    expect(new Set(traces.map(({ status }) => status))).toEqual(new Set(['executed']));
    expect(docket.gateway.calls).toHaveLength(calls + 1);
    const events = await docket.eventsOf(traces[0]?.id ?? '');
    expect(events.map(({ type }) => type)).toEqual([
      'Submitted',
      'Classified',
      'ExecutionStarted',
      'Executed',
    ]);
  });

  it('is another request when it comes from somebody else', async () => {
    const [ada, bob] = [
      await submit('ada', 'order-5', SUMMARY),
      await submit('bob', 'order-5', DRAFT),
    ];
    expect([ada.status, bob.status]).toEqual([201, 201]);
    expect(trace.parse(ada.json()).id).not.toBe(trace.parse(bob.json()).id);
  });

  it('without a key is another request', async () => {
    const [one, two] = [await docket.submit('ada', SUMMARY), await docket.submit('ada', SUMMARY)];
    expect(one.id).not.toBe(two.id);
  });
});
