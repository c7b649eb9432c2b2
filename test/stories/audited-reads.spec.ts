import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { loggedEvent, type LoggedEvent } from '../../src/views/event-log/logged-event.js';
import type { Trace } from '../../src/views/request-trace/trace.js';
import { accessEvents, grantedIn, refusedIn } from '../support/docket/access-records.js';
import type { Answer } from '../support/docket/http-client.js';
import { rolesOf, type Identity } from '../support/docket/identities.js';
import { DRAFT, SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { until } from '../support/docket/until.js';

const page = z.object({ items: z.array(loggedEvent), nextAfter: z.string().nullable() });

const actionOf = z.object({ action: z.string() });

/** The stories ask the access log themselves. */
const isNoQuestion = ({ data }: LoggedEvent): boolean =>
  actionOf.parse(data).action !== 'access.read';

describe('Who audits', () => {
  let docket: TestDocket;
  let done: Trace;
  let waiting: Trace;

  beforeAll(async () => {
    docket = await startTestDocket();
    done = await docket.submit('ada', SUMMARY);
    waiting = await docket.submit('bob', DRAFT);
    await docket.waitingFor('grace', waiting.position);
  });
  afterAll(() => docket.close());

  const get = (as: Identity, path: string, headers = {}) =>
    docket.call(as, 'GET', path, { headers });

  /** What the access log has gained by a call. */
  async function recordsOf(call: () => Promise<Answer>) {
    const before = (await accessEvents(docket.call)).length;
    const answer = await call();
    const events = (await accessEvents(docket.call)).slice(before).filter(isNoQuestion);
    return { answer, events, granted: grantedIn(events), refused: refusedIn(events) };
  }

  const path = (one: string) => one.replace('{done}', done.id).replace('{waiting}', waiting.id);

  it.each([
    ['audrey', '/v1/requests/{done}', 'trace.read', ['done'], 1, true],
    ['ada', '/v1/requests/{done}', 'trace.read', ['done'], 1, true],
    ['ana', '/v1/requests/{done}', 'trace.read', ['done'], 1, false],
    ['audrey', '/v1/requests/{done}?asOf=2100-01-01', 'trace.read', ['done'], 1, true],
    ['grace', '/v1/requests', 'list.read', ['waiting', 'done'], 2, true],
    ['bob', '/v1/requests?status=awaiting-approval', 'list.read', ['waiting'], 1, true],
    ['ana', '/v1/requests?risk=green', 'list.read', ['done'], 1, false],
    ['audrey', '/v1/requests?q=nothing-has-that', 'list.read', [], 0, false],
    ['bob', '/v1/requests/{waiting}/events', 'events.read', ['waiting'], 3, true],
    ['grace', '/v1/approvals', 'approvals.read', ['waiting'], 1, true],
    ['audrey', '/v1/events', 'log.read', [], 7, true],
    ['audrey', '/v1/events?limit=2', 'log.read', [], 2, true],
  ] as const)(
    'has it recorded that %s asked for %s',
    async (as, asked, action, requests, items, withContent) => {
      const { answer, granted, events } = await recordsOf(() => get(as, path(asked)));
      expect(answer.status).toBe(200);
      expect(granted).toHaveLength(1);
      const url = new URL(asked, 'http://docket');
      expect(granted[0]).toMatchObject({
        actor: as,
        action,
        method: 'GET',
        route: asked.split('?', 1)[0]?.replace(/\{\w+\}/, ':id'),
        query: Object.fromEntries(url.searchParams),
        part: 'whole',
        requests: requests.map((name) => ({ done, waiting })[name].id),
        items,
        withContent,
        status: 200,
      });
      expect(events[0]).toMatchObject({
        actor: as,
        actorKind: rolesOf(as).includes('requester') ? 'machine' : 'human',
        roles: rolesOf(as),
        groups: [],
        credential: expect.stringMatching(/^key:[0-9a-f]{16}$/),
        stream: expect.stringMatching(/^access-\d{4}-\d\d-\d\d$/),
      });
    },
  );

  it('tells of events between which positions they stand', async () => {
    const { answer, granted } = await recordsOf(() => get('audrey', '/v1/events?limit=3'));
    const { items } = page.parse(answer.json());
    expect(granted[0]?.positions).toEqual({ first: items[0]?.position, last: items[2]?.position });
  });

  it.each([
    ['audrey', '/v1/exports/requests?format=csv', 'requests.export', 2, true],
    ['ana', '/v1/exports/requests?format=jsonl', 'requests.export', 2, false],
    ['audrey', '/v1/exports/events?format=trace-csv', 'events.export', 7, true],
    ['ana', '/v1/exports/events?format=jsonl&limit=4', 'events.export', 4, false],
  ] as const)(
    'has an export recorded when it begins and when it ends (%s, %s)',
    async (as, asked, action, items, withContent) => {
      const { granted, events } = await recordsOf(() => get(as, asked));
      expect(granted).toMatchObject([
        { actor: as, action, part: 'begun', items: 0, withContent },
        { actor: as, action, part: 'ended', items, withContent },
      ]);
      const [begun, ended] = events;
      expect(ended?.causationId).toBe(begun?.causationId);
    },
  );

  it.each([
    ['audrey', '/v1/events/stream', 'log.follow', []],
    ['ada', '/v1/requests/{done}/stream', 'stream.read', ['done']],
  ] as const)(
    'has a stream recorded when it begins and when it ends (%s, %s)',
    async (as, asked, action, requests) => {
      const before = (await accessEvents(docket.call)).length;
      await get(as, path(asked));
      const granted = await until(async () => {
        const seen = grantedIn((await accessEvents(docket.call)).slice(before));
        return seen.length === 2 && seen;
      });
      const ids = requests.map(() => done.id);
      expect(granted).toMatchObject([
        { actor: as, action, part: 'begun', items: 0, requests: ids },
        { actor: as, action, part: 'ended', requests: ids },
      ]);
    },
  );

  it('has no more of a question recorded than fits into any record', async () => {
    const many = Array.from({ length: 500 }, (_, index) => `${index}${'n'.repeat(20)}=1`).join('&');
    const long = `text=${'x'.repeat(199)}${encodeURIComponent('\u{1f600}')}`;
    const { granted } = await recordsOf(() =>
      get('audrey', `/v1/requests/${done.id}/stream?${long}&${many}`),
    );
    const asked = granted.at(0)?.query ?? {};
    expect(Object.keys(asked)).toHaveLength(20);
    expect(asked['text']).toBe(`${'x'.repeat(199)}\ufffd`);
  });

  it('has it recorded when a read fails', async () => {
    const unknown = '019a0000-0000-7000-8000-000000000000';
    const fails = [
      ['bob', `/v1/requests/${done.id}`, 404, 'request-not-found', [done.id]],
      ['audrey', `/v1/requests/${unknown}/events`, 404, 'request-not-found', [unknown]],
      ['audrey', '/v1/events?after=1234567', 400, 'invalid-position', []],
      ['audrey', '/v1/requests?cursor=x', 400, 'invalid-cursor', []],
      ['audrey', '/v1/requests/none', 400, 'invalid-request', []],
      ['ana', `/v1/requests/${done.id}/events`, 403, 'forbidden', [done.id]],
      ['ada', '/v1/exports/events?format=csv', 403, 'forbidden', []],
    ] as const;
    for (const [as, asked, status, code, requests] of fails) {
      const { granted, refused } = await recordsOf(() => get(as, asked));
      expect(granted).toEqual([]);
      expect(refused).toMatchObject([
        { actor: as, status, code, requests, times: 1, address: null },
      ]);
    }
  });

  it('has a submission recorded as a read when it is repeated, and otherwise not', async () => {
    const send = () =>
      docket.call('ada', 'POST', '/v1/requests', {
        body: SUMMARY,
        headers: { 'idempotency-key': 'again' },
      });
    expect((await recordsOf(send)).events.map(({ type }) => type)).toEqual([]);
    const { answer, granted } = await recordsOf(send);
    expect(answer.status).toBe(200);
    expect(granted).toMatchObject([
      { actor: 'ada', action: 'request.submit', items: 1, withContent: true },
    ]);
  });

  it('is asked for neither key nor content by the access log', async () => {
    const headers = { 'x-correlation-id': 'matter-7' };
    await get('audrey', '/v1/requests?q=policy', headers);
    const events = await accessEvents(docket.call);
    expect(events.at(-1)).toMatchObject({ correlationId: 'matter-7' });
    const text = JSON.stringify(events);
    for (const key of Object.values(docket.folder.keys)) {
      expect(text).not.toContain(key.split('_').slice(2).join('_'));
    }
    expect(text).not.toMatch(/Summarise|Draft an email/);
  });

  it('finds in the access log who read a request, and what somebody read', async () => {
    const ofRequest = await accessEvents(docket.call, `&request=${waiting.id}`);
    expect(ofRequest.length).toBeGreaterThan(0);
    for (const { data } of ofRequest)
      expect(data).toMatchObject({ requests: expect.arrayContaining([waiting.id]) });
    const ofBob = await accessEvents(docket.call, '&identity=bob');
    expect(new Set(ofBob.map(({ actor }) => actor))).toEqual(new Set(['bob']));
    expect(ofBob.length).toBeGreaterThan(0);
    expect(await accessEvents(docket.call, '&day=2001-01-01')).toEqual([]);
  });

  it('reads the access log page by page to its end, each page being one record more', async () => {
    const read = async (query: string) =>
      page.parse((await get('root', `/v1/access?limit=7${query}`)).json());
    const count = (await accessEvents(docket.call)).length;
    const seen: string[] = [];
    let pages = 0;
    for (let after: string | null = ''; after !== null; pages += 1) {
      const { items, nextAfter } = await read(after && `&after=${after}`);
      seen.push(...items.map(({ id }) => id));
      after = nextAfter;
    }
    // The question above is the first record more; of these pages each but the last is seen by the next ones.
    expect(new Set(seen).size).toBe(seen.length);
    expect(seen.length).toBeLessThanOrEqual(count + pages);
    const byRoot = (await accessEvents(docket.call, '&identity=root')).length;
    expect(byRoot).toBe(pages);
    expect((await accessEvents(docket.call, '&identity=root')).length).toBe(pages);
  });

  it('reads the log of events to its end although each page is recorded', async () => {
    const streams = new Set((await docket.log()).map(({ stream }) => stream.split('-', 1)[0]));
    expect(streams).toEqual(new Set(['governedRequest']));
    const all = page.parse((await get('audrey', '/v1/events?limit=500&include=access')).json());
    expect(new Set(all.items.map(({ stream }) => stream.split('-', 1)[0]))).toEqual(
      new Set(['governedRequest', 'access']),
    );
    const positions = all.items.map(({ position }) => BigInt(position));
    expect(positions).toEqual(positions.toSorted((a, b) => (a < b ? -1 : 1)));
  });

  it('finds every read that was answered behind a stop and a start', async () => {
    for (let count = 0; count < 20; count += 1) await get('linus', `/v1/requests/${done.id}`);
    await docket.stop();
    const again = await startTestDocket({ folder: docket.folder });
    try {
      const reads = grantedIn(await accessEvents(again.call, '&identity=linus'));
      expect(reads).toHaveLength(20);
    } finally {
      await again.close();
    }
  });
});
