import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueKey } from '../../src/identity/api-key.js';
import { role } from '../../src/identity/principal.js';
import type { Trace } from '../../src/views/request-trace/trace.js';
import { accessEvents, refusedIn } from '../support/docket/access-records.js';
import { describedRoutes, readApiDescription } from '../support/docket/api-description.js';
import type { Identity } from '../support/docket/identities.js';
import { DRAFT, SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

const UNKNOWN = '019a0000-0000-7000-8000-000000000000';

describe('A refused attempt', () => {
  let docket: TestDocket;
  let waiting: Trace;
  let done: Trace;

  beforeAll(async () => {
    docket = await startTestDocket();
    waiting = await docket.submit('ada', DRAFT);
    done = await docket.submit('ada', SUMMARY);
  });
  afterAll(() => docket.close());

  /** What the log of events and the access log have gained, with the status of the answer. */
  async function after(attempt: () => Promise<{ readonly status: number }>) {
    const [log, before] = [await docket.log(), (await accessEvents(docket.call)).length];
    const { status } = await attempt();
    const refused = refusedIn((await accessEvents(docket.call)).slice(before));
    return { status, refused, recorded: (await docket.log()).slice(log.length) };
  }

  const decide = (as: Identity, id: string, body: object) =>
    docket.call(as, 'POST', `/v1/requests/${id}/decisions`, { body });

  const yes = () => ({ decision: 'approve', contentDigest: waiting.contentDigest });

  it.each<readonly [string, Identity, string, number, string, () => readonly [string, object]]>([
    [
      'on a wrong digest',
      'grace',
      'request.decide',
      409,
      'content-changed',
      () => [waiting.id, { ...yes(), contentDigest: 'f'.repeat(64) }],
    ],
    ['in the wrong role', 'ada', 'request.decide', 403, 'forbidden', () => [waiting.id, yes()]],
    [
      'on what was executed',
      'grace',
      'request.decide',
      409,
      'not-awaiting-approval',
      () => [done.id, { ...yes(), contentDigest: done.contentDigest }],
    ],
    [
      'on what does not exist',
      'grace',
      'request.decide',
      404,
      'request-not-found',
      () => [UNKNOWN, yes()],
    ],
    [
      'without a digest',
      'grace',
      'request.decide',
      400,
      'invalid-request',
      () => [waiting.id, { decision: 'approve' }],
    ],
  ])(
    'to decide %s is in the access log and nowhere else',
    async (_, as, action, status, code, of) => {
      const [id, body] = of();
      expect(await after(() => decide(as, id, body))).toEqual({
        status,
        recorded: [],
        refused: [
          {
            actor: as,
            action,
            method: 'POST',
            route: '/v1/requests/:id/decisions',
            requests: [id],
            status,
            code,
            times: 1,
            address: null,
            at: expect.any(String),
          },
        ],
      });
    },
  );

  it('to decide on one’s own request is there, as are those to decide twice and to take back what is decided', async () => {
    const own = await docket.submit('gus', DRAFT);
    const rejected = await docket.submit('ada', DRAFT);
    await docket.decide('linus', 'reject', rejected);
    const attempts = [
      [() => docket.decide('gus', 'approve', own), 'self-approval', own.id],
      [() => docket.decide('linus', 'approve', rejected), 'not-awaiting-approval', rejected.id],
      [
        () => docket.call('ada', 'POST', `/v1/requests/${rejected.id}/withdrawal`),
        'not-withdrawable',
        rejected.id,
      ],
      [
        () => docket.call('bob', 'POST', `/v1/requests/${own.id}/withdrawal`),
        'request-not-found',
        own.id,
      ],
    ] as const;
    for (const [attempt, code, id] of attempts) {
      const { refused, recorded } = await after(attempt);
      expect(refused).toMatchObject([{ code, requests: [id] }]);
      expect(recorded).toEqual([]);
    }
  });

  it('under a forged key is there for every route that needs a key, without the key', async () => {
    const forged = issueKey({ id: 'ada', roles: role.options, groups: [] }).plain;
    const headers = { authorization: `Bearer ${forged}` };
    const routes = describedRoutes(await readApiDescription(docket.call)).filter(
      ({ operation }) => operation.security !== undefined,
    );
    const { refused } = await after(async () => {
      for (const { method, path } of routes) {
        await docket.call(null, method, path.replace(/{\w+}/, done.id), { headers });
      }
      return { status: 401 };
    });
    expect(
      refused.map(({ method, route }) => `${method} ${route.replace(/:(\w+)/, '{$1}')}`).toSorted(),
    ).toEqual(routes.map(({ name }) => name).toSorted());
    for (const one of refused) {
      expect(one).toMatchObject({
        actor: null,
        code: 'unauthenticated',
        requests: [],
        address: '127.0.0.1',
      });
    }
    expect(JSON.stringify(await accessEvents(docket.call))).not.toContain(forged.split('_')[2]);
  });

  it('that comes over and over is counted, whoever floods the service without a key', async () => {
    const { refused } = await after(async () => {
      const calls = Array.from({ length: 200 }, () =>
        docket.call(null, 'GET', `/v1/requests/${done.id}`),
      );
      return (await Promise.all(calls))[0] ?? { status: 0 };
    });
    expect(refused.length).toBeLessThan(50);
    expect(refused.reduce((sum, { times }) => sum + times, 0)).toBe(200);
  });

  it.each([
    ['that is no JSON', { raw: '{"decision":"appr' }, 400, 'malformed-body'],
    ['that is too large', { raw: 'x'.repeat(1_048_577) }, 413, 'body-too-large'],
    [
      'of another type',
      { raw: 'yes', headers: { 'content-type': 'text/plain' } },
      415,
      'unsupported-media-type',
    ],
  ])('with a body %s is there under the name of who sent it', async (_, send, status, code) => {
    const path = `/v1/requests/${waiting.id}/decisions`;
    const attempt = (as: Identity | null) => () => docket.call(as, 'POST', path, send);
    expect(await after(attempt('grace'))).toMatchObject({
      status,
      recorded: [],
      refused: [{ actor: 'grace', action: 'request.decide', code, requests: [waiting.id] }],
    });
    expect(await after(attempt(null))).toMatchObject({ status: 401, recorded: [] });
  });

  it('to read a report is there, although reports that are read are not', async () => {
    const { refused } = await after(() => docket.call('ada', 'GET', '/v1/reports/risk'));
    expect(refused).toMatchObject([{ actor: 'ada', action: 'report.read', code: 'forbidden' }]);
    const before = (await accessEvents(docket.call)).length;
    await docket.call('ana', 'GET', '/v1/reports/risk');
    expect(await accessEvents(docket.call)).toHaveLength(before + 1);
  });
});
