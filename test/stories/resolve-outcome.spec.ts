import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { AgentGatewayError } from '../../src/openclaw/agent-gateway.errors.js';
import { tracePage } from '../../src/views/request-trace/request-trace.schema.js';
import { trace, type Trace } from '../../src/views/request-trace/trace.js';
import { riskReport } from '../../src/views/risk-report/risk-report.js';
import type { Identity } from '../support/docket/identities.js';
import { refusalExpectation } from '../support/docket/refusal-expectation.js';
import { DRAFT, SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

const UNKNOWN = '019a0000-0000-7000-8000-000000000000';
const RAN = { outcome: 'did-run', comment: 'The session shows the whole answer.' };
const RAN_NOT = { outcome: 'did-not-run', comment: 'No run in the gateway’s log at that time.' };

let docket: TestDocket;
let lost: Trace;

/** A request whose agent was called and never heard of again. */
async function losing(as: Identity = 'ada'): Promise<Trace> {
  docket.gateway.script(new AgentGatewayError('gateway-disconnected', 'unknown', 'It hung up.'));
  return docket.submit(as, SUMMARY);
}

const resolve = (as: Identity, id: string, body: object = RAN) =>
  docket.call(as, 'POST', `/v1/requests/${id}/resolution`, { body });

beforeAll(async () => {
  docket = await startTestDocket();
});
afterAll(() => docket.close());
beforeEach(async () => {
  // Failures alone, one test after the other, would open the circuit to the gateway.
  await docket.submit('ada', SUMMARY);
  lost = await losing();
});

describe('A request whose outcome nobody knows', () => {
  it.each([
    ['executed', RAN],
    ['failed', RAN_NOT],
  ] as const)('counts as %s once an approver found that it %j', async (status, body) => {
    expect(lost.status).toBe('outcome-unknown');
    const answer = await resolve('grace', lost.id, body);
    expect(answer.status).toBe(200);
    const resolved = trace.parse(answer.json());
    const at = resolved.execution?.resolution?.at;
    expect(resolved).toEqual({
      ...lost,
      status,
      execution: {
        ...lost.execution,
        outcome: status,
        resolution: { by: 'grace', byKind: 'human', ...body, at },
      },
      version: lost.version + 1,
      position: resolved.position,
    });
    expect(resolved.execution).toMatchObject({
      response: null,
      error: { code: 'gateway-disconnected', message: 'It hung up.' },
    });
    expect(await docket.traceOf(lost.id, resolved.position)).toEqual(resolved);
    expect((await docket.eventsOf(lost.id)).at(-1)).toMatchObject({
      type: 'OutcomeResolved',
      actor: 'grace',
      data: { by: 'grace', ...body, at },
    });
  });

  it('was unknown until then, as its history says', async () => {
    const resolved = trace.parse((await resolve('grace', lost.id)).json());
    const asOf = async (position: string) =>
      (await docket.call('audrey', 'GET', `/v1/requests/${lost.id}?asOf=${position}`)).json();
    expect(await asOf(lost.position)).toEqual(lost);
    expect(await asOf(resolved.position)).toEqual(resolved);
  });

  it('moves in lists, reports and exports to where it belongs', async () => {
    const { position } = trace.parse((await resolve('grace', lost.id, RAN_NOT)).json());
    const listed = async (status: string) => {
      const path = `/v1/requests?status=${status}&minPosition=${position}`;
      const page = tracePage.parse((await docket.call('audrey', 'GET', path)).json());
      return page.items.map(({ id }) => id);
    };
    expect(await listed('outcome-unknown')).not.toContain(lost.id);
    expect(await listed('failed')).toContain(lost.id);
    const report = riskReport.parse(
      (await docket.call('audrey', 'GET', `/v1/reports/risk?minPosition=${position}`)).json(),
    );
    expect(report.totals.status['failed']).toBe((await listed('failed')).length);
    const csv = await docket.call('audrey', 'GET', '/v1/exports/requests?format=csv');
    expect(csv.text).toContain(`grace,human,did-not-run,${RAN_NOT.comment}`);
    const events = await docket.call('audrey', 'GET', '/v1/exports/events?format=trace-csv');
    expect(events.text).toMatch(new RegExp(`${lost.id},[^,]+,OutcomeResolved,.*did-not-run`));
  });

  it('is resolved by an administrator without their reading what was asked', async () => {
    const answer = await resolve('root', lost.id);
    expect(answer.status).toBe(200);
    expect(answer.text).not.toMatch(/Summarise|whole answer|hung up/);
    expect(trace.parse(answer.json())).toMatchObject({
      status: 'executed',
      content: null,
      execution: { resolution: { by: 'root', outcome: 'did-run', comment: null } },
    });
    const [last] = (await docket.eventsOf(lost.id)).slice(-1);
    expect(last).toMatchObject({ actor: 'root', data: RAN });
  });

  it('is shown to analysts without the words of who resolved it', async () => {
    const { position } = trace.parse((await resolve('grace', lost.id)).json());
    const path = `/v1/requests/${lost.id}?minPosition=${position}`;
    const shown = await docket.call('ana', 'GET', path);
    expect(shown.text).not.toContain(RAN.comment);
    expect(shown.json()).toMatchObject({
      execution: { resolution: { by: 'grace', ...RAN, comment: null } },
    });
  });

  it('is not sent to the agent again, whatever was found out', async () => {
    const called = () =>
      docket.gateway.calls.filter(({ sessionKey }) => sessionKey === `docket-${lost.id}`);
    for (const body of [RAN, RAN_NOT]) {
      lost = await losing();
      await resolve('grace', lost.id, body);
      const withdrawn = await docket.call('ada', 'POST', `/v1/requests/${lost.id}/withdrawal`);
      const decided = await docket.decide('grace', 'approve', lost);
      expect([withdrawn.status, decided.status]).toEqual([409, 409]);
      expect(called()).toHaveLength(1);
    }
  });

  it('is resolved by one of several who do so at the same moment', async () => {
    const everybody = (['grace', 'linus', 'gus', 'root'] as const).flatMap((as) => [as, as]);
    const answers = await Promise.all(
      everybody.map((as, index) => resolve(as, lost.id, index % 2 ? RAN : RAN_NOT)),
    );
    const taken = answers.filter(({ status }) => status === 200);
    const late = answers.filter(({ status }) => status !== 200);
    expect(taken).toHaveLength(1);
    for (const answer of late) {
      expect([answer.status, answer.json()]).toMatchObject([409, { code: 'already-resolved' }]);
    }
    const types = (await docket.eventsOf(lost.id)).map(({ type }) => type);
    expect(types.filter((type) => type === 'OutcomeResolved')).toHaveLength(1);
  });
});

describe('A resolution is turned down', () => {
  it.each<[string, object, readonly string[]]>([
    ['says nothing', {}, ['outcome', 'comment']],
    ['has no comment', { outcome: 'did-run' }, ['comment']],
    ['has an empty comment', { ...RAN, comment: '' }, ['comment']],
    ['has a blank comment', { ...RAN, comment: ' \n\t' }, ['comment']],
    ['has a comment that nobody can see', { ...RAN, comment: '\u0000\u200b' }, ['comment']],
    ['has a comment too long', { ...RAN, comment: 'c'.repeat(2_001) }, ['comment']],
    ['has half a surrogate pair', { ...RAN, comment: '\ud800' }, ['comment']],
    ['has null for a comment', { ...RAN, comment: null }, ['comment']],
    ['has another outcome', { ...RAN, outcome: 'executed' }, ['outcome']],
    ['has an unknown field', { ...RAN, by: 'linus' }, ['by']],
    ['is a list', [], ['']],
  ])('that %s', async (_, body, fields) => {
    const expectRefusal = await refusalExpectation(docket);
    await expectRefusal(await resolve('grace', lost.id, body), 400, 'invalid-request', fields);
  });

  it('of the request’s own author, and of whom it is on behalf of', async () => {
    const own = await losing('gus');
    docket.gateway.script(new AgentGatewayError('gateway-timeout', 'unknown', 'Silence.'));
    const forGrace = await docket.submit('ada', { ...SUMMARY, onBehalfOf: 'grace' });
    const expectRefusal = await refusalExpectation(docket);
    await expectRefusal(await resolve('gus', own.id), 403, 'self-resolution', []);
    await expectRefusal(await resolve('grace', forGrace.id), 403, 'self-resolution', []);
  });

  it('that comes again, from the same person or another', async () => {
    await resolve('grace', lost.id);
    const expectRefusal = await refusalExpectation(docket);
    for (const as of ['grace', 'linus', 'root'] as const) {
      for (const body of [RAN, RAN_NOT]) {
        await expectRefusal(await resolve(as, lost.id, body), 409, 'already-resolved', []);
      }
    }
  });

  it('of a request whose outcome is known, or still to come', async () => {
    const executed = await docket.submit('ada', SUMMARY);
    const waiting = await docket.submit('ada', DRAFT);
    const expectRefusal = await refusalExpectation(docket);
    for (const { id } of [executed, waiting]) {
      await expectRefusal(await resolve('grace', id), 409, 'outcome-not-unknown', []);
    }
  });

  it('of no request', async () => {
    const expectRefusal = await refusalExpectation(docket);
    for (const as of ['grace', 'root'] as const) {
      await expectRefusal(await resolve(as, UNKNOWN), 404, 'request-not-found', []);
    }
    await expectRefusal(await resolve('grace', '1'), 400, 'invalid-request', ['id']);
  });
});
