import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemDetails } from '../../src/http/problem.js';
import { role, type Role } from '../../src/identity/principal.js';
import { issueKey } from '../../src/identity/api-key.js';
import { describedRoutes, readApiDescription } from '../support/docket/api-description.js';
import { EVERYBODY, rolesOf } from '../support/docket/identities.js';
import type { Answer } from '../support/docket/http-client.js';
import { DRAFT, SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

/** Who may call what; null: everybody, without a key. A route that is not in here fails the story. */
const ROUTES: Readonly<Record<string, readonly Role[] | null>> = {
  'POST /v1/requests': ['requester'],
  'GET /v1/requests': ['requester', 'approver', 'auditor', 'analyst'],
  'GET /v1/requests/{id}': ['requester', 'approver', 'auditor', 'analyst'],
  'GET /v1/requests/{id}/events': ['requester', 'approver', 'auditor'],
  'GET /v1/requests/{id}/stream': ['requester', 'approver', 'auditor'],
  'POST /v1/requests/{id}/decisions': ['approver'],
  'POST /v1/requests/{id}/withdrawal': ['requester'],
  'POST /v1/requests/{id}/resolution': ['approver', 'admin'],
  'GET /v1/approvals': ['approver'],
  'GET /v1/events': ['auditor'],
  'GET /v1/events/stream': ['auditor'],
  'GET /v1/reports/risk': ['analyst', 'auditor'],
  'GET /v1/exports/requests': ['analyst', 'auditor'],
  'GET /v1/exports/events': ['analyst', 'auditor'],
  'GET /healthz': null,
  'GET /readyz': null,
};

const QUERIES: Readonly<Record<string, string>> = {
  'GET /v1/exports/requests': '?format=csv',
  'GET /v1/exports/events': '?format=csv',
};

let docket: TestDocket;
/** A waiting request of ada's. */
let waiting: { readonly id: string; readonly contentDigest: string };

beforeAll(async () => {
  docket = await startTestDocket();
});
afterAll(() => docket.close());

const BODIES: Readonly<Record<string, () => object>> = {
  'POST /v1/requests/{id}/resolution': () => ({ outcome: 'did-run', comment: 'Seen.' }),
  'POST /v1/requests': () => SUMMARY,
  'POST /v1/requests/{id}/decisions': () => ({
    decision: 'reject',
    contentDigest: waiting.contentDigest,
  }),
};

describe('The service', () => {
  it('describes exactly the routes of this story', async () => {
    const names = describedRoutes(await readApiDescription(docket.call)).map(({ name }) => name);
    expect(names.toSorted()).toEqual(Object.keys(ROUTES).toSorted());
  });

  it('says of every route whether it needs a key', async () => {
    for (const { name, operation } of describedRoutes(await readApiDescription(docket.call))) {
      expect([name, operation.security !== undefined]).toEqual([name, ROUTES[name] !== null]);
    }
  });
});

describe.each(Object.entries(ROUTES))('%s', (route, allowed) => {
  beforeAll(async () => {
    waiting = await docket.submit('ada', DRAFT);
  });

  const call = (as: (typeof EVERYBODY)[number] | null, authorization?: string) => {
    const [method = '', path = ''] = route.split(' ');
    const body = BODIES[route]?.();
    return docket.call(
      as,
      method === 'GET' ? 'GET' : 'POST',
      path.replace('{id}', waiting.id) + (QUERIES[route] ?? ''),
      { ...(body && { body }), ...(authorization !== undefined && { headers: { authorization } }) },
    );
  };

  const wrong = issueKey({ id: 'ada', roles: role.options, groups: [] }).plain;
  const badKeys = (): [string, string | undefined][] => [
    ['no key', undefined],
    ['an empty header', ''],
    ['a key of somebody unknown', `Bearer ${wrong}`],
    ['the right key with another ending', `Bearer ${docket.folder.keys.gus.slice(0, -1)}`],
    [
      'a known key’s name with a wrong secret',
      `Bearer ${docket.folder.keys.gus.slice(0, 24)}${wrong.slice(24)}`,
    ],
    ['another scheme', `Basic ${docket.folder.keys.gus}`],
    ['no scheme', docket.folder.keys.gus],
    ['two keys', `Bearer ${docket.folder.keys.gus} ${docket.folder.keys.audrey}`],
    ['a scheme alone', 'Bearer'],
  ];

  it(`${allowed ? 'needs' : 'does not need'} a valid key`, async () => {
    const expected = allowed ? [401, 'unauthenticated', CHALLENGE] : [200, undefined, undefined];
    for (const [what, authorization] of badKeys()) {
      expect([what, ...(await outcomeOf(call(null, authorization)))]).toEqual([what, ...expected]);
    }
  });

  const may = EVERYBODY.filter(
    (as) => !allowed || allowed.some((one) => rolesOf(as).includes(one)),
  );
  const mayNot = EVERYBODY.filter((as) => !may.includes(as));

  it(`lets ${may.join(', ')} in`, async () => {
    for (const as of may) {
      const [status, code] = await outcomeOf(call(as));
      expect([200, 201, 404, 409]).toContain(status);
      expect(['forbidden', 'not-found']).not.toContain(code);
    }
  });

  it(`turns ${mayNot.join(', ') || 'nobody'} away`, async () => {
    for (const as of mayNot) {
      expect([as, ...(await outcomeOf(call(as)))]).toEqual([as, 403, 'forbidden', undefined]);
    }
  });
});

const CHALLENGE = 'Bearer realm="docket"';

/** Status, the problem's code and the challenge of an answer, which never gives away whether something exists. */
async function outcomeOf(answering: Promise<Answer>) {
  const answer = await answering;
  const { data } = problemDetails.safeParse(answer.status < 400 ? null : answer.json());
  expect(data?.detail ?? '').not.toContain(waiting.id);
  return [answer.status, data?.code, answer.headers['www-authenticate']] as const;
}
