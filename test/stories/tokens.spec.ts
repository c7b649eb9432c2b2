import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { Dispatcher } from 'undici';
import { trace } from '../../src/views/request-trace/trace.js';
import { DRAFT, SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { LocalIssuer } from '../support/oidc/local-issuer.js';
import { settingsFor } from '../support/oidc/oidc-settings.js';

let issuer: LocalIssuer;
let docket: TestDocket;
let time: number;

beforeEach(async () => {
  time = Date.now();
  issuer = await LocalIssuer.start();
  const clock = { now: () => new Date(time) };
  docket = await startTestDocket({ clock, settings: { oidc: settingsFor(issuer) } });
});
afterEach(async () => {
  await docket.close();
  await issuer.close();
});

const call = (token: string, method: Dispatcher.HttpMethod, path: string, body?: object) =>
  docket.call(null, method, path, {
    headers: { authorization: `Bearer ${token}` },
    ...(body && { body }),
  });

describe('A person with a token', () => {
  it('decides under the name, with the groups and as the human that the token says', async () => {
    const waiting = await docket.submit('ada', DRAFT);
    const token = await issuer.token({ sub: 'kim', roles: ['approver'], groups: ['finance'] });
    const { id, contentDigest } = waiting;
    const body = { decision: 'approve', contentDigest };
    const decided = await call(token, 'POST', `/v1/requests/${id}/decisions`, body);
    expect(decided.status).toBe(200);
    expect(trace.parse(decided.json()).approval?.decisions).toMatchObject([
      { by: 'kim', byKind: 'human' },
    ]);
    const events = await docket.eventsOf(id);
    expect(events.find(({ type }) => type === 'ApprovalGranted')).toMatchObject({
      actor: 'kim',
      actorKind: 'human',
      roles: ['approver'],
      groups: ['finance'],
      credential: `oidc:${new URL(issuer.url).host}`,
    });
  });

  it('has the same eyes as with a key', async () => {
    const token = await issuer.token({ sub: 'ada', roles: ['approver'] });
    const { id, contentDigest } = await docket.submit('ada', DRAFT);
    const body = { decision: 'approve', contentDigest };
    const answer = await call(token, 'POST', `/v1/requests/${id}/decisions`, body);
    expect([answer.status, answer.json()]).toMatchObject([403, { code: 'self-approval' }]);
  });
});

describe('A service with a token', () => {
  it('submits as a machine', async () => {
    const token = await issuer.token({
      sub: 'billing',
      client_id: 'billing',
      roles: ['requester'],
    });
    const answer = await call(token, 'POST', '/v1/requests', SUMMARY);
    expect(answer.json()).toMatchObject({ requester: 'billing', requesterKind: 'machine' });
  });
});

describe('While the issuer is away', () => {
  it('callers whose keys nobody can look up are told to come back, and API keys are good', async () => {
    const known = await issuer.token({ sub: 'kim', roles: ['auditor'] });
    expect((await call(known, 'GET', '/v1/requests')).status).toBe(200);
    issuer.leave();
    time += 120_000;
    expect((await call(known, 'GET', '/v1/requests')).status).toBe(200);
    await issuer.rotate();
    const unknown = await issuer.token({ sub: 'kim', roles: ['auditor'] });
    const answer = await call(unknown, 'GET', '/v1/requests');
    expect([answer.status, answer.json()]).toMatchObject([503, { code: 'issuer-unavailable' }]);
    expect(answer.headers['retry-after']).toBe('5');
    expect((await docket.call('audrey', 'GET', '/v1/requests')).status).toBe(200);
    issuer.comeBack();
    time += 2_000;
    expect((await call(unknown, 'GET', '/v1/requests')).status).toBe(200);
  });
});

it('A token with a huge list of groups is refused, and nothing is recorded', async () => {
  const groups = Array.from({ length: 201 }, (_, index) => `g${index}`);
  const token = await issuer.token({ sub: 'kim', roles: ['requester'], groups });
  const answer = await call(token, 'POST', '/v1/requests', SUMMARY);
  expect([answer.status, answer.json()]).toMatchObject([403, { code: 'too-many-groups' }]);
  const larger = Array.from({ length: 5_000 }, (_, index) => `g${index}`);
  const huge = await issuer.token({ sub: 'kim', roles: ['requester'], groups: larger });
  const refused = await call(huge, 'POST', '/v1/requests', SUMMARY);
  expect([refused.status, refused.json()]).toMatchObject([431, { code: 'headers-too-large' }]);
  expect(await docket.log()).toEqual([]);
});
