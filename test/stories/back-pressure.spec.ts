import { afterEach, describe, expect, it } from '@jest/globals';
import { trace, type Trace } from '../../src/views/request-trace/trace.js';
import { tracePage } from '../../src/views/request-trace/request-trace.schema.js';
import type { Configuration } from '../../src/runtime/configuration.js';
import type { Identity } from '../support/docket/identities.js';
import { DRAFT, SESSIONS, SUMMARY, TRANSFER } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { until } from '../support/docket/until.js';
import { createHeldGateway, type HeldGateway } from '../support/held-gateway.js';

let docket: TestDocket<HeldGateway>;

/** A service whose agent answers only when it is told to. */
async function start(settings: Partial<Configuration>): Promise<void> {
  const gateway = createHeldGateway({ agents: ['main', 'ops'] });
  docket = await startTestDocket<HeldGateway>({ gateway, settings });
}
afterEach(() => docket.close());

const leave = (as: Identity, body: object = SUMMARY, headers = {}): Promise<Trace> =>
  docket.submit(as, body, { prefer: 'respond-async', ...headers });

const begun = (count: number): Promise<true> =>
  until(() => docket.gateway.begun.length === count || null);

const placesOf = async (requests: readonly Trace[]) => {
  const { position } = requests.at(-1)!;
  const shown = await Promise.all(requests.map(({ id }) => docket.traceOf(id, position)));
  return shown.map(({ queued }) => queued);
};

const orderOfCalls = (requests: readonly Trace[]): readonly number[] =>
  docket.gateway.begun.map(({ sessionKey }) =>
    requests.findIndex((one) => one.sessionKey === sessionKey),
  );

describe('Requests that are allowed and wait', () => {
  it('are shown with their places, and are carried out in that order', async () => {
    await start({ maxExecutions: 1 });
    const requests: Trace[] = [];
    for (const as of ['ada', 'ada', 'ada', 'ada', 'bob'] as const) requests.push(await leave(as));
    expect(requests.map(({ queued }) => queued?.place)).toEqual([undefined, 1, 2, 3, 2]);
    const places = [1, 3, 4, 2].map((place) => ({ place }));
    expect(await placesOf(requests)).toEqual([null, ...places]);
    const answer = await docket.call('audrey', 'GET', '/v1/requests');
    const listed = tracePage.parse(answer.json()).items.toReversed();
    expect(listed.map(({ queued }) => queued)).toEqual([null, ...places]);

    docket.gateway.release(5);
    for (const { id } of requests) await docket.reached(id, 'executed');
    expect(orderOfCalls(requests)).toEqual([0, 1, 4, 2, 3]);
    expect(await placesOf(requests)).toEqual(Array(5).fill(null));
  });

  it('have no place in what was recorded, now or in the past', async () => {
    await start({ maxExecutions: 1 });
    await leave('ada');
    const { id, position, queued } = await leave('ada');
    expect(queued).toEqual({ place: 1 });
    const past = await docket.call('audrey', 'GET', `/v1/requests/${id}?asOf=${position}`);
    expect(past.json()).toMatchObject({ status: 'classified', queued: null });
    const exported = await docket.call('audrey', 'GET', '/v1/exports/requests?format=jsonl');
    expect(exported.text).not.toContain('queued');
  });

  it('do not wait for those of another requester who has as many under way as it may', async () => {
    await start({ maxExecutions: 3, maxExecutionsPerRequester: 2 });
    const requests: Trace[] = [];
    for (const as of ['ada', 'ada', 'ada', 'bob'] as const) requests.push(await leave(as));
    await begun(3);
    expect(orderOfCalls(requests)).toEqual([0, 1, 3]);
    docket.gateway.release();
    await begun(4);
    expect(orderOfCalls(requests)).toEqual([0, 1, 3, 2]);
  });

  it('do not wait for those of another agent that is busy', async () => {
    await start({ maxExecutions: 3, maxExecutionsPerAgent: 1 });
    const [first, second] = [await leave('ada'), await leave('ada')];
    const other = await leave('ada', { ...SUMMARY, agent: 'ops' });
    await begun(2);
    expect(orderOfCalls([first, second, other])).toEqual([0, 2]);
    docket.gateway.release();
    await begun(3);
    expect(orderOfCalls([first, second, other])).toEqual([0, 2, 1]);
  });

  it('in one conversation are sent one after the other, calls of tools at once', async () => {
    await start({ maxExecutions: 5 });
    const message = { ...SUMMARY, sessionKey: 'matter-7' };
    const first = await leave('ada', message);
    await leave('bob', message);
    await leave('ada', { ...SESSIONS, sessionKey: 'matter-7' });
    await leave('ada', { ...SESSIONS, sessionKey: 'matter-7' });
    await begun(3);
    expect(docket.gateway.begun.map(({ kind }) => kind)).toEqual(['chat', 'tool', 'tool']);
    docket.gateway.release(1);
    await docket.reached(first.id, 'executed');
    await begun(4);
    expect(docket.gateway.begun.at(-1)).toMatchObject({ kind: 'chat', sessionKey: 'matter-7' });
  });

  it('are withdrawn at once: who waits for one is told, and the others move up', async () => {
    await start({ maxExecutions: 1 });
    const running = await leave('ada');
    const headers = { prefer: 'wait=20', 'idempotency-key': 'withdrawn' };
    const waiting = docket.call('ada', 'POST', '/v1/requests', { body: SUMMARY, headers });
    const withdrawn = await until(async () => {
      const found = await docket.call('ada', 'GET', '/v1/requests?status=classified');
      return tracePage.parse(found.json()).items.find(({ id }) => id !== running.id);
    });
    const behind = await leave('ada');
    await docket.call('ada', 'POST', `/v1/requests/${withdrawn.id}/withdrawal`);
    expect((await waiting).json()).toMatchObject({ id: withdrawn.id, status: 'blocked' });
    expect(await placesOf([behind])).toEqual([{ place: 1 }]);
    docket.gateway.release(2);
    await docket.reached(behind.id, 'executed');
    expect(docket.gateway.begun).toHaveLength(2);
  });
});

describe('A service that has as many requests in hand as it may', () => {
  /** One is under way, and 64 wait for their turn. */
  const ALL = 65;

  async function fill(count = ALL): Promise<void> {
    await start({ maxExecutions: 1 });
    await Promise.all(
      Array.from({ length: count }, (_, at) =>
        leave('ada', SUMMARY, { 'idempotency-key': `no-${at}` }),
      ),
    );
  }

  const submit = (as: Identity, body: object = SUMMARY, headers = {}) =>
    docket.call(as, 'POST', '/v1/requests', {
      body,
      headers: { prefer: 'respond-async', ...headers },
    });

  it('turns a request away before anything is recorded, and says when to come again', async () => {
    await fill();
    const events = await docket.log();
    for (const body of [SUMMARY, DRAFT, TRANSFER]) {
      const answer = await submit('ada', body);
      expect([answer.status, answer.json()]).toMatchObject([503, { code: 'saturated' }]);
      expect(answer.headers['content-type']).toMatch('application/problem+json');
      expect(answer.headers['retry-after']).toMatch(/^[1-9]\d*$/);
    }
    expect(await docket.log()).toEqual(events);
    const { text } = await docket.call(null, 'GET', '/metrics');
    expect(text).toMatch(/^docket_executions_running 1$/m);
    expect(text).toMatch(/^docket_executions_queued 64$/m);
    expect(text).toMatch(/^docket_saturated_total 3$/m);
  });

  it('takes exactly as many of those who come at the same moment', async () => {
    await fill(ALL - 10);
    const bodies = Array.from({ length: 60 }, (_, at) => [SUMMARY, DRAFT, TRANSFER][at % 3]!);
    const answers = await Promise.all(bodies.map((body) => submit('ada', body)));
    const taken = bodies.filter((body, at) => body === SUMMARY && answers[at]?.status === 202);
    expect(taken).toHaveLength(10);
    const refused = answers.filter(({ status }) => status === 503);
    const types = (await docket.log()).map(({ type }) => type);
    expect(types.filter((type) => type === 'Submitted')).toHaveLength(
      ALL - 10 + answers.length - refused.length,
    );
    expect(docket.gateway.begun).toHaveLength(1);
    const { text } = await docket.call(null, 'GET', '/metrics');
    expect(text).toMatch(/^docket_executions_queued 64$/m);
  });

  it('still tells a caller who repeats a request what became of it', async () => {
    await fill();
    const answer = await submit('ada', SUMMARY, { 'idempotency-key': 'no-7' });
    expect([answer.status, answer.json()]).toMatchObject([200, { status: 'classified' }]);
    const other = await submit('ada', DRAFT, { 'idempotency-key': 'no-7' });
    expect([other.status, other.json()]).toMatchObject([422, { code: 'idempotency-key-reused' }]);
  });

  it('lets in one request of a requester who has none in hand, and gives it the next turn but one', async () => {
    await fill();
    const first = await submit('bob');
    expect([first.status, first.json()]).toMatchObject([202, { queued: { place: 2 } }]);
    expect((await submit('gus')).status).toBe(503);
    docket.gateway.release(3);
    await docket.reached(trace.parse(first.json()).id, 'executed');
  });

  it('takes requests again as soon as one has ended', async () => {
    await fill();
    docket.gateway.release();
    await begun(2);
    expect((await submit('ada')).status).toBe(202);
    expect((await submit('ada')).status).toBe(503);
  });

  it('records decisions all the same, and carries the approved request out later', async () => {
    await fill(ALL - 1);
    const draft = await leave('bob', DRAFT);
    await leave('ada');
    const decided = await docket.call('grace', 'POST', `/v1/requests/${draft.id}/decisions`, {
      body: { decision: 'approve', contentDigest: draft.contentDigest },
    });
    expect([decided.status, decided.json()]).toMatchObject([
      200,
      { status: 'approved', queued: { place: null } },
    ]);
    docket.gateway.release(ALL + 1);
    expect((await docket.reached(draft.id, 'executed')).queued).toBeNull();
    const calls = docket.gateway.begun.filter(({ sessionKey }) => sessionKey === draft.sessionKey);
    expect(calls).toHaveLength(1);
  });
});
