import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemDetails } from '../../src/http/problem.js';
import { role, type Role } from '../../src/identity/principal.js';
import { issueKey } from '../../src/identity/api-key.js';
import { describedRoutes, readApiDescription } from '../support/docket/api-description.js';
import { EVERYBODY, rolesOf } from '../support/docket/identities.js';
import { makeDataFolder, type DataFolder } from '../support/docket/data-folder.js';
import type { Answer } from '../support/docket/http-client.js';
import { DRAFT, SUMMARY } from '../support/docket/sample-requests.js';
import { withServedRoutes } from '../support/docket/served-routes.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { badTokens } from '../support/oidc/bad-tokens.js';
import { LocalIssuer } from '../support/oidc/local-issuer.js';
import { settingsFor } from '../support/oidc/oidc-settings.js';

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
  'GET /v1/webhooks': ['admin'],
  'GET /v1/webhooks/dead-letters': ['admin'],
  'POST /v1/webhooks/dead-letters/{id}/replay': ['admin'],
  'POST /v1/webhooks/{endpoint}/replay': ['admin'],
  'POST /v1/webhooks/{endpoint}/test': ['admin'],
  'GET /v1/access': ['auditor', 'admin'],
  'GET /v1/delegations': ['approver', 'auditor', 'admin'],
  'POST /v1/delegations': ['approver'],
  'POST /v1/delegations/{id}/revocation': ['approver', 'admin'],
  'GET /healthz': null,
  'GET /readyz': null,
};

/** What the API description leaves out, for everybody. */
const UNDESCRIBED: Readonly<Record<string, null>> = {
  'GET /metrics': null,
  'GET /openapi.json': null,
  'GET /docs': null,
};

const EVERY_ROUTE = { ...ROUTES, ...UNDESCRIBED };

const QUERIES: Readonly<Record<string, string>> = {
  'GET /v1/exports/requests': '?format=csv',
  'GET /v1/exports/events': '?format=csv',
};

const keyOf = (expiresAt: Date | null) =>
  issueKey({ id: 'ada', roles: role.options, groups: [] }, new Date(), expiresAt);
const expired = keyOf(new Date(Date.now() - 1_000));
const revoked = keyOf(null);

let issuer: LocalIssuer;
let folder: DataFolder;
let docket: TestDocket;
let served: readonly string[];
/** Tokens that would have every role. */
let tokens: readonly (readonly [what: string, token: string, code: string])[];
/** A waiting request of ada's. */
let waiting: { readonly id: string; readonly contentDigest: string };

beforeAll(async () => {
  issuer = await LocalIssuer.start();
  const revokedAt = new Date().toISOString();
  folder = await makeDataFolder([expired.stored, { ...revoked.stored, revokedAt }]);
  const limits = { perIdentity: 0, failuresPerAddress: 0 };
  const settings = { oidc: settingsFor(issuer), limits };
  const { started, routes } = await withServedRoutes(() => startTestDocket({ folder, settings }));
  [docket, served] = [started, routes];
  tokens = await badTokens(issuer, { sub: 'ada', roles: role.options });
});
afterAll(async () => {
  await docket.close();
  await folder.remove();
  await issuer.close();
});

const BODIES: Readonly<Record<string, () => object>> = {
  'POST /v1/requests/{id}/resolution': () => ({ outcome: 'did-run', comment: 'Seen.' }),
  'POST /v1/delegations': () => ({
    to: 'mia',
    endsAt: new Date(Date.now() + 60_000).toISOString(),
  }),
  'POST /v1/requests': () => SUMMARY,
  'POST /v1/requests/{id}/decisions': () => ({
    decision: 'reject',
    contentDigest: waiting.contentDigest,
    comment: 'Not now.',
  }),
};

describe('The service', () => {
  it('serves exactly the routes of this story, and the files of its own pages', () => {
    const pages = served.filter((route) => /^GET \/docs[/-]/.test(route));
    expect(served.filter((route) => !pages.includes(route))).toEqual(
      Object.keys(EVERY_ROUTE).toSorted(),
    );
  });

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

describe.each(Object.entries(EVERY_ROUTE))('%s', (route, allowed) => {
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

  it(`${allowed ? 'takes' : 'does not look at'} no key that was good once, and no token that is not`, async () => {
    const bad = [
      ['expired key', expired.plain, 'key-expired'],
      ['revoked key', revoked.plain, 'key-revoked'],
      ...tokens,
    ] as const;
    for (const [what, credential, code] of bad) {
      const expected = allowed ? [401, code, INVALID] : [200, undefined, undefined];
      const outcome = await outcomeOf(call(null, `Bearer ${credential}`));
      expect([what, ...outcome]).toEqual([what, ...expected]);
    }
  });

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

  it('looks at the roles of tokens as at those of keys', async () => {
    for (const one of role.options) {
      const token = await issuer.token({ sub: `${one}-by-token`, roles: [one] });
      const [status, code] = await outcomeOf(call(null, `Bearer ${token}`));
      const isIn = !allowed || allowed.includes(one);
      expect([one, code === 'forbidden']).toEqual([one, !isIn]);
      expect([200, 201, 403, 404, 409]).toContain(status);
    }
  });

  it(`turns ${mayNot.join(', ') || 'nobody'} away`, async () => {
    for (const as of mayNot) {
      expect([as, ...(await outcomeOf(call(as)))]).toEqual([as, 403, 'forbidden', undefined]);
    }
  });
});

const CHALLENGE = 'Bearer realm="docket"';
const INVALID = `${CHALLENGE}, error="invalid_token"`;

/** Status, the problem's code and the challenge of an answer, which never gives away whether something exists. */
async function outcomeOf(answering: Promise<Answer>) {
  const answer = await answering;
  const { data } = problemDetails.safeParse(answer.status < 400 ? null : answer.json());
  expect(data?.detail ?? '').not.toContain(waiting.id);
  return [answer.status, data?.code, answer.headers['www-authenticate']] as const;
}
