import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { tracePage } from '../../src/views/request-trace/request-trace.schema.js';
import { trace, type Trace } from '../../src/views/request-trace/trace.js';
import type { Identity } from '../support/docket/identities.js';
import { DRAFT, SESSIONS, SUMMARY, TRANSFER } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

let docket: TestDocket;
let summary: Trace;
let draft: Trace;
let transfer: Trace;
let sessions: Trace;
/** The same requests as they ended, newest first. */
let resting: readonly Trace[];

beforeAll(async () => {
  docket = await startTestDocket();
  summary = await docket.submit('ada', SUMMARY);
  draft = await docket.submit('ada', DRAFT);
  transfer = await docket.submit('bob', { ...TRANSFER, onBehalfOf: 'employee-002' });
  sessions = await docket.submit('bob', SESSIONS);
  const { position } = trace.parse((await docket.decide('grace', 'approve', draft)).json());
  const ids = [sessions.id, transfer.id, draft.id, summary.id];
  resting = await Promise.all(ids.map((id) => docket.traceOf(id, position)));
});
afterAll(() => docket.close());

const list = async (query: string, as: Identity = 'audrey') => {
  const answer = await docket.call(as, 'GET', `/v1/requests?${query}`);
  return tracePage.parse(answer.json());
};
const idsOf = async (query: string) => (await list(query)).items.map(({ id }) => id);

describe('The list of requests', () => {
  it('has them all, newest first, and says at which position it stands', async () => {
    const page = await list('');
    expect(page.items).toEqual(resting);
    expect(page.nextCursor).toBeNull();
    expect(page.position).toBe((await docket.log()).at(-1)?.position);
  });

  it.each([
    ['status=executed', () => [sessions, draft, summary]],
    ['status=blocked', () => [transfer]],
    ['status=failed', () => []],
    ['risk=green', () => [sessions, summary]],
    ['risk=amber', () => [draft]],
    ['risk=red', () => [transfer]],
    ['requester=bob', () => [sessions, transfer]],
    ['requester=bo', () => []],
    ['onBehalfOf=employee-001', () => [draft, summary]],
    ['agent=main', () => [sessions, transfer, draft, summary]],
    ['agent=other', () => []],
    ['tool=sessions_list', () => [sessions]],
    ['policy=default', () => [sessions, transfer, draft, summary]],
    ['policy=tutorial', () => []],
    ['q=CLOUD%20budget', () => [draft]],
    ['q=The%20fake%20agent', () => [draft, summary]],
    ['q=100%25', () => []],
    ['risk=green&requester=ada', () => [summary]],
  ])('asked for %s has just those', async (query, expected) => {
    expect(await idsOf(query)).toEqual(expected().map(({ id }) => id));
  });

  it('can be narrowed to a category', async () => {
    const category = transfer.classification?.category ?? '';
    expect(await idsOf(`category=${category}`)).toEqual([transfer.id]);
  });

  it('can be narrowed to a time, from its first instant and up to its last', async () => {
    const { submittedAt } = draft;
    const after = new Date(Date.parse(submittedAt) + 1).toISOString();
    expect(await idsOf(`from=${submittedAt}`)).toContain(draft.id);
    expect(await idsOf(`from=${after}`)).not.toContain(draft.id);
    expect(await idsOf(`to=${after}`)).toContain(draft.id);
    expect(await idsOf(`to=${submittedAt}`)).not.toContain(draft.id);
    const twoHoursOn = new Date(Date.parse(after) + 7_200_000).toISOString();
    const inCairo = encodeURIComponent(twoHoursOn.replace('Z', '+02:00'));
    expect(await idsOf(`to=${inCairo}`)).toContain(draft.id);
    expect(await idsOf('from=2100-01-01')).toEqual([]);
  });

  it('is read page by page, each request once, also when more come meanwhile', async () => {
    const first = await list('requester=ada&limit=1');
    expect(first.items.map(({ id }) => id)).toEqual([draft.id]);
    const { position } = await docket.submit('ada', SUMMARY);
    const cursor = encodeURIComponent(first.nextCursor ?? '');
    const second = await list(`requester=ada&limit=1&cursor=${cursor}&minPosition=${position}`);
    expect(second.items.map(({ id }) => id)).toEqual([summary.id]);
    expect(second.nextCursor).toBeNull();
  });
});

describe('A caller who names the position of what they wrote', () => {
  it('finds it in every view', async () => {
    const { id, position } = await docket.submit('ada', DRAFT);
    const listed = await list(`limit=1&minPosition=${position}`);
    expect(listed.items[0]?.id).toBe(id);
    expect((await docket.traceOf(id, position)).id).toBe(id);
    const waiting = await docket.waitingFor('grace', position);
    expect(waiting.map((item) => item.id)).toContain(id);
  });

  it('waits for views that lag behind', async () => {
    const views = new DatabaseSync(join(docket.folder.path, 'views.db'));
    views.exec('begin immediate');
    const { id, position } = await docket.submit('ada', SUMMARY);
    const [now, later] = [`/v1/requests/${id}`, `/v1/requests/${id}?minPosition=${position}`];
    expect((await docket.call('ada', 'GET', now)).status).toBe(404);
    const reading = docket.call('ada', 'GET', later);
    views.exec('commit');
    views.close();
    expect([(await reading).status, (await reading).json()]).toMatchObject([200, { id }]);
  });

  it.each(['/v1/requests', '/v1/approvals', '/v1/reports/risk', '/v1/exports/requests'])(
    'beyond the end of the log is told so by %s',
    async (path) => {
      const position = String(BigInt((await docket.log()).at(-1)?.position ?? 0) + 1_000_000n);
      const as = path === '/v1/approvals' ? 'grace' : 'audrey';
      const query = path.endsWith('exports/requests') ? '&format=csv' : '';
      const answer = await docket.call(as, 'GET', `${path}?minPosition=${position}${query}`);
      expect([answer.status, answer.json()]).toMatchObject([
        400,
        { code: 'invalid-position', errors: [{ path: 'minPosition' }] },
      ]);
    },
  );
});

describe('A trace as of the past', () => {
  const asOf = (id: string, past: string) =>
    docket.call('audrey', 'GET', `/v1/requests/${id}?asOf=${encodeURIComponent(past)}`);

  it('is what it was at the position of each of its events', async () => {
    const seen: string[] = [];
    for (const { position } of await docket.eventsOf(draft.id)) {
      const shown = trace.parse((await asOf(draft.id, position)).json());
      expect(shown.position).toBe(position);
      seen.push(shown.status);
    }
    expect(seen).toEqual([
      'submitted',
      'classified',
      'awaiting-approval',
      'awaiting-approval',
      'approved',
      'executing',
      'executed',
    ]);
  });

  it('is what it was at a position between its events', async () => {
    const shown = await asOf(draft.id, sessions.position);
    expect(shown.json()).toMatchObject({ status: 'awaiting-approval', version: draft.version });
  });

  it('is what it was at a time, and at the very time of an event', async () => {
    const events = await docket.eventsOf(draft.id);
    const decided = events[3]?.recordedAt ?? '';
    const before = new Date(Date.parse(decided) - 1).toISOString();
    expect((await asOf(draft.id, before)).json()).toMatchObject({ status: 'awaiting-approval' });
    expect((await asOf(draft.id, decided)).json()).toMatchObject({
      approval: { state: 'approved', decisions: [{ by: 'grace' }] },
    });
    expect((await asOf(draft.id, '2100-01-01')).json()).toMatchObject({ status: 'executed' });
  });

  it('is none before it was submitted', async () => {
    for (const past of ['2020-01-01T00:00:00Z', summary.position]) {
      const answer = await asOf(sessions.id, past);
      expect([answer.status, answer.json()]).toMatchObject([404, { code: 'request-not-found' }]);
    }
  });

  it('needs the position of an event', async () => {
    const answer = await asOf(draft.id, '9007199254740993');
    expect([answer.status, answer.json()]).toMatchObject([
      400,
      { code: 'invalid-position', errors: [{ path: 'asOf' }] },
    ]);
  });
});

describe('The id of a request', () => {
  it('means the same in upper case', async () => {
    const answer = await docket.call('ada', 'GET', `/v1/requests/${summary.id.toUpperCase()}`);
    expect(answer.json()).toEqual(resting[3]);
  });
});
