import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { trace, type Trace } from '../../src/views/request-trace/trace.js';
import { tracePage } from '../../src/views/request-trace/request-trace.schema.js';
import type { Identity } from '../support/docket/identities.js';
import { DRAFT, SUMMARY, TRANSFER } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

const UNKNOWN = '019a0000-0000-7000-8000-000000000000';

let docket: TestDocket;
let requests: readonly Trace[];

beforeAll(async () => {
  docket = await startTestDocket();
  const executed = await docket.submit('ada', { ...SUMMARY, sessionKey: 'secret-session' });
  const waiting = await docket.submit('ada', DRAFT);
  const blocked = await docket.submit('ada', TRANSFER);
  const refused = await docket.submit('ada', DRAFT);
  const answer = await docket.call('grace', 'POST', `/v1/requests/${refused.id}/decisions`, {
    body: { decision: 'reject', contentDigest: refused.contentDigest, comment: 'A private word.' },
  });
  requests = [executed, waiting, blocked, trace.parse(answer.json())];
  await docket.traceOf(refused.id, requests[3]?.position);
});
afterAll(() => docket.close());

const get = (as: Identity, path: string) => docket.call(as, 'GET', path);
const listedBy = async (as: Identity, query = '') =>
  tracePage.parse((await get(as, `/v1/requests?${query}`)).json()).items;

describe('A requester', () => {
  it('sees their own requests and events', async () => {
    for (const shown of requests) {
      expect((await get('ada', `/v1/requests/${shown.id}`)).json()).toEqual(shown);
      const events = await get('ada', `/v1/requests/${shown.id}/events`);
      expect(events.json()).toEqual({ items: await docket.eventsOf(shown.id) });
    }
    expect((await listedBy('ada')).map(({ id }) => id)).toEqual(
      requests.map(({ id }) => id).toReversed(),
    );
  });

  it.each(['', '?asOf=2100-01-01', '/events', '/stream'])(
    'cannot tell somebody else’s request from one that does not exist (%s)',
    async (suffix) => {
      for (const { id } of requests) {
        const foreign = await get('bob', `/v1/requests/${id}${suffix}`);
        const unknown = await get('bob', `/v1/requests/${UNKNOWN}${suffix}`);
        expect(foreign.status).toBe(404);
        expect([foreign.status, foreign.text]).toEqual([unknown.status, unknown.text]);
        expect(comparable(foreign.headers)).toEqual(comparable(unknown.headers));
      }
    },
  );

  it('finds nothing of others in lists and searches', async () => {
    expect(await listedBy('bob')).toEqual([]);
    expect(await listedBy('bob', 'q=policy')).toEqual([]);
    const page = await get('bob', '/v1/requests?limit=1');
    expect(page.json()).toMatchObject({ items: [], nextCursor: null });
    const answer = await get('bob', '/v1/requests?requester=ada');
    expect([answer.status, answer.json()]).toMatchObject([403, { code: 'forbidden' }]);
  });
});

describe('An approver and an auditor', () => {
  it.each(['grace', 'audrey', 'gus'] as const)('see everything, as %s does', async (as) => {
    for (const shown of requests) {
      expect((await get(as, `/v1/requests/${shown.id}`)).json()).toEqual(shown);
      expect((await get(as, `/v1/requests/${shown.id}/events`)).status).toBe(200);
    }
    expect(await listedBy(as)).toEqual(requests.toReversed());
    expect((await listedBy(as, 'q=treasury')).map(({ id }) => id)).toEqual([requests[2]?.id]);
  });

  it('are told of an unknown request that there is none', async () => {
    for (const suffix of ['', '?asOf=2100-01-01', '/events', '/stream']) {
      const answer = await get('audrey', `/v1/requests/${UNKNOWN}${suffix}`);
      expect([answer.status, answer.json()]).toMatchObject([404, { code: 'request-not-found' }]);
    }
  });
});

describe('An analyst', () => {
  const PRIVATE = /Summarise|treasury|asking finance|fake agent|A private word|secret-session/;

  it('sees every request without what people and agents wrote', async () => {
    const listed = await listedBy('ana');
    expect(listed.map(({ id }) => id)).toEqual(requests.map(({ id }) => id).toReversed());
    for (const shown of requests) {
      const answer = await get('ana', `/v1/requests/${shown.id}`);
      expect(answer.text).not.toMatch(PRIVATE);
      expect(answer.json()).toMatchObject({
        content: null,
        status: shown.status,
        contentDigest: shown.contentDigest,
        classification: { risk: shown.classification?.risk, reason: null },
      });
      expect(listed).toContainEqual(answer.json());
    }
  });

  it('sees the past without it too', async () => {
    for (const { id, position } of requests) {
      const answer = await get('ana', `/v1/requests/${id}?asOf=${position}`);
      expect(answer.status).toBe(200);
      expect(answer.text).not.toMatch(PRIVATE);
    }
  });

  it('cannot find words by searching for them', async () => {
    const answer = await get('ana', '/v1/requests?q=treasury');
    expect([answer.status, answer.json()]).toMatchObject([403, { code: 'forbidden' }]);
  });
});

describe('A requester who is an analyst too', () => {
  it('reads the events of their own requests only', async () => {
    const own = await docket.submit('rita', SUMMARY);
    expect((await get('rita', `/v1/requests/${own.id}/events`)).status).toBe(200);
    for (const { id } of requests.filter(({ requester }) => requester === 'ada')) {
      expect((await get('rita', `/v1/requests/${id}`)).json()).toMatchObject({ content: null });
      for (const route of ['events', 'stream']) {
        const answer = await get('rita', `/v1/requests/${id}/${route}`);
        expect([answer.status, answer.json()]).toMatchObject([404, { code: 'request-not-found' }]);
      }
    }
  });
});

describe('An administrator', () => {
  it('sees nothing of what was asked', async () => {
    for (const path of ['', `/${requests[0]?.id}`, `/${UNKNOWN}`, `/${requests[0]?.id}/events`]) {
      const answer = await get('root', `/v1/requests${path}`);
      expect([answer.status, answer.json()]).toMatchObject([403, { code: 'forbidden' }]);
    }
  });
});

/** Without what differs from answer to answer anyway. */
const comparable = (headers: Readonly<Record<string, unknown>>) => ({ ...headers, date: '' });
