import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Trace } from '../../src/views/request-trace/trace.js';
import { DRAFT, SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { until } from '../support/docket/until.js';

describe('Four eyes', () => {
  let docket: TestDocket;

  beforeAll(async () => {
    docket = await startTestDocket();
  });
  afterAll(() => docket.close());

  /** Nothing came of the decision: neither an event nor a call. */
  async function expectUndecided({ id, version }: Trace): Promise<void> {
    expect((await docket.eventsOf(id)).at(-1)).toMatchObject({
      type: 'ApprovalRequested',
      version,
    });
    expect(docket.gateway.calls.filter(({ sessionKey }) => sessionKey.endsWith(id))).toEqual([]);
  }

  it('keep an approver from approving or rejecting what they asked for themselves', async () => {
    const waiting = await docket.submit('gus', DRAFT);
    for (const decision of ['approve', 'reject'] as const) {
      const answer = await docket.decide('gus', decision, waiting);
      expect([answer.status, answer.json()]).toMatchObject([403, { code: 'self-approval' }]);
    }
    await expectUndecided(waiting);
    expect(await waitingIds('gus', waiting)).not.toContain(waiting.id);
    expect(await waitingIds('grace', waiting)).toContain(waiting.id);
  });

  it('keep an approver from approving what was asked on their behalf', async () => {
    const waiting = await docket.submit('ada', { ...DRAFT, onBehalfOf: 'grace' });
    const answer = await docket.decide('grace', 'approve', waiting);
    expect([answer.status, answer.json()]).toMatchObject([403, { code: 'self-approval' }]);
    await expectUndecided(waiting);
    expect(await waitingIds('grace', waiting)).not.toContain(waiting.id);
    expect(await waitingIds('linus', waiting)).toContain(waiting.id);
  });

  it('decide on exactly the content that they saw', async () => {
    const waiting = await docket.submit('ada', DRAFT);
    const stale = { ...waiting, contentDigest: 'f'.repeat(64) };
    const answer = await docket.decide('grace', 'approve', stale);
    expect([answer.status, answer.json()]).toMatchObject([409, { code: 'content-changed' }]);
    await expectUndecided(waiting);
  });

  it('are those of approvers only', async () => {
    const waiting = await docket.submit('ada', DRAFT);
    for (const stranger of ['ada', 'bob', 'audrey', 'ana', 'root'] as const) {
      const answer = await docket.decide(stranger, 'approve', waiting);
      expect([answer.status, answer.json()]).toMatchObject([403, { code: 'forbidden' }]);
    }
    await expectUndecided(waiting);
  });

  it('decide once: whoever comes second is told how the request stands', async () => {
    const waiting = await docket.submit('ada', DRAFT);
    expect((await docket.decide('grace', 'approve', waiting)).status).toBe(200);
    const before = await docket.eventsOf(waiting.id);
    for (const decision of ['approve', 'reject'] as const) {
      const answer = await docket.decide('linus', decision, waiting);
      expect([answer.status, answer.json()]).toMatchObject([
        409,
        { code: 'not-awaiting-approval' },
      ]);
    }
    expect(await docket.eventsOf(waiting.id)).toEqual(before);
  });

  it('let one of two simultaneous decisions stand, and call the agent once at most', async () => {
    const waiting = await docket.submit('ada', DRAFT);
    const answers = await Promise.all([
      docket.decide('grace', 'approve', waiting),
      docket.decide('linus', 'reject', waiting),
    ]);
    expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200, 409]));
    const resting = await until(async () => {
      const last = (await docket.eventsOf(waiting.id)).at(-1);
      return last && ['Executed', 'Blocked'].includes(last.type) && last.type;
    });
    const ran = docket.gateway.calls.filter(({ sessionKey }) => sessionKey.endsWith(waiting.id));
    expect(ran).toHaveLength(resting === 'Executed' ? 1 : 0);
  });

  it('block what they reject, with their reason and an alternative', async () => {
    const waiting = await docket.submit('ada', DRAFT);
    const answer = await docket.call('grace', 'POST', `/v1/requests/${waiting.id}/decisions`, {
      body: { decision: 'reject', contentDigest: waiting.contentDigest, comment: 'Ask Kim first.' },
    });
    expect([answer.status, answer.json()]).toMatchObject([
      200,
      {
        status: 'blocked',
        approval: {
          state: 'refused',
          decisions: [{ by: 'grace', decision: 'reject', comment: 'Ask Kim first.' }],
        },
        blocked: {
          by: 'grace',
          code: 'refused',
          reason: 'Ask Kim first.',
          alternative: expect.stringMatching(/\w/),
        },
        execution: null,
      },
    ]);
    const types = (await docket.eventsOf(waiting.id)).map(({ type }) => type);
    expect(types.slice(-2)).toEqual(['ApprovalRefused', 'Blocked']);
  });

  it('see nothing to decide in a request that does not exist', async () => {
    const waiting = await docket.submit('ada', DRAFT);
    const id = '019a0000-0000-7000-8000-000000000000';
    const answer = await docket.decide('grace', 'approve', { ...waiting, id });
    expect([answer.status, answer.json()]).toMatchObject([404, { code: 'request-not-found' }]);
  });

  async function waitingIds(as: 'gus' | 'grace' | 'linus', { position }: Trace) {
    return (await docket.waitingFor(as, position)).map(({ id }) => id);
  }
});

describe('A withdrawal', () => {
  let docket: TestDocket;

  beforeAll(async () => {
    docket = await startTestDocket();
  });
  afterAll(() => docket.close());

  const withdraw = (as: 'ada' | 'bob', id: string, body?: object) =>
    docket.call(as, 'POST', `/v1/requests/${id}/withdrawal`, body && { body });

  it.each([
    ['without a word', undefined, 'Withdrawn by its requester.'],
    ['with a reason', { comment: 'It is settled.' }, 'It is settled.'],
  ])('takes a waiting request back, %s', async (_, body, reason) => {
    const waiting = await docket.submit('ada', DRAFT);
    const answer = await withdraw('ada', waiting.id, body);
    expect([answer.status, answer.json()]).toMatchObject([
      200,
      {
        status: 'blocked',
        approval: { state: 'withdrawn' },
        blocked: { by: 'ada', code: 'withdrawn', reason, alternative: null },
      },
    ]);
    const decided = await docket.decide('grace', 'approve', waiting);
    expect([decided.status, decided.json()]).toMatchObject([
      409,
      { code: 'not-awaiting-approval' },
    ]);
  });

  it('of somebody else’s request is answered as if there were none', async () => {
    const waiting = await docket.submit('ada', DRAFT);
    const foreign = await withdraw('bob', waiting.id);
    const unknown = await withdraw('bob', '019a0000-0000-7000-8000-000000000000');
    expect(foreign.status).toBe(404);
    expect(foreign.text).toBe(unknown.text);
    expect((await docket.eventsOf(waiting.id)).at(-1)?.type).toBe('ApprovalRequested');
  });

  it('comes too late for what was carried out or withdrawn', async () => {
    const executed = await docket.submit('ada', SUMMARY);
    const withdrawn = await docket.submit('ada', DRAFT);
    await withdraw('ada', withdrawn.id);
    for (const { id } of [executed, withdrawn]) {
      const answer = await withdraw('ada', id);
      expect([answer.status, answer.json()]).toMatchObject([409, { code: 'not-withdrawable' }]);
    }
  });
});
