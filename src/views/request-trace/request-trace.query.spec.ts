import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { arbitraryHistory } from '../../../test/support/views/arbitrary-history.js';
import { onEachDatabase } from '../../../test/support/views/on-each-database.js';
import {
  classified,
  executed,
  started,
  submitted,
} from '../../../test/support/views/sample-events.js';
import { append, record, type ViewBench } from '../../../test/support/views/view-bench.js';
import type { GovernedRequestEvent } from '../../governed-request/governed-request.events.js';
import type { RequestStatus } from '../../governed-request/governed-request.js';
import { RequestTraceQuery, type RequestFilter } from './request-trace.query.js';

const at = (second: number): string => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

const chat = (request: string) => submitted({ content: { kind: 'chat', request } });

onEachDatabase('Requests', ({ open, runs }) => {
  let bench: ViewBench;
  let traces: RequestTraceQuery;

  beforeEach(async () => {
    bench = await open();
    traces = new RequestTraceQuery(bench.database);
    bench.projector.start();
  });
  afterEach(() => bench.close());

  const submit = async (...events: GovernedRequestEvent[]): Promise<string> => {
    const id = randomUUID();
    await append(bench.store, id, ...events);
    await bench.caughtUp();
    return id;
  };
  const found = async (filter: RequestFilter): Promise<readonly string[]> =>
    (await traces.list({ ...filter, limit: 50 })).items.map(({ id }) => id);

  const all = async (status: RequestStatus): Promise<readonly string[]> => {
    const ids: string[] = [];
    for await (const id of traces.oldest(status)) ids.push(id);
    return ids;
  };

  it('are listed with the position that the list stands at, none before the first event', async () => {
    expect(await traces.list({ limit: 10 })).toEqual({
      items: [],
      nextCursor: null,
      position: null,
    });
    await submit(submitted());
    const { position } = await traces.list({ limit: 10 });
    expect(position).toBe((await bench.store.head())!.toString());
  });

  it('are found by id', async () => {
    const id = await submit(submitted(), classified());
    expect(await traces.get(id)).toMatchObject({ id, status: 'classified' });
    expect(await traces.get(randomUUID())).toBeNull();
  });

  it('are narrowed by each filter alone and by several together', async () => {
    const tool = { kind: 'tool', tool: 'exec', action: 'json', args: { path: '/etc' } } as const;
    const one = await submit(
      submitted({ requester: 'ada', onBehalfOf: 'linus', agent: 'main', submittedAt: at(1) }),
      classified({ risk: 'green', category: 'reading' }),
      started(),
      executed(),
    );
    const two = await submit(
      submitted({ requester: 'grace', agent: 'other', content: tool, submittedAt: at(2) }),
      classified({
        risk: 'red',
        category: 'money',
        policy: { name: 'strict', digest: 'b'.repeat(64) },
      }),
    );
    expect(await found({})).toEqual([two, one]);
    expect(await found({ status: 'executed' })).toEqual([one]);
    expect(await found({ risk: 'red' })).toEqual([two]);
    expect(await found({ category: 'reading' })).toEqual([one]);
    expect(await found({ requester: 'grace' })).toEqual([two]);
    expect(await found({ onBehalfOf: 'linus' })).toEqual([one]);
    expect(await found({ agent: 'other' })).toEqual([two]);
    expect(await found({ tool: 'exec' })).toEqual([two]);
    expect(await found({ policy: 'strict' })).toEqual([two]);
    expect(await found({ from: new Date(at(2)) })).toEqual([two]);
    expect(await found({ to: new Date(at(2)) })).toEqual([one]);
    expect(await found({ requester: 'grace', risk: 'green' })).toEqual([]);
    expect(await found({ requester: 'grace', tool: 'exec', q: 'ETC' })).toEqual([two]);
  });

  it('are searched by words of the request, the arguments and the response, whatever their case', async () => {
    const id = await submit(
      chat('Überweise 100 % an ÖKO_GmbH \\ heute'),
      classified(),
      started(),
      executed(),
    );
    await submit(chat('Something else: 100 and OKOXGmbH'));
    for (const q of [
      'überweise',
      'HEUTE überw',
      '100 %',
      'öko_gmbh',
      '\\ heute',
      'here IS it',
      ' ',
    ]) {
      expect(await found({ q })).toContain(id);
    }
    expect(await found({ q: '%' })).toEqual([id]);
    expect(await found({ q: '_' })).toEqual([id]);
    expect(await found({ q: 'überweise gestern' })).toEqual([]);
    await expect(found({ q: 'x'.repeat(257) })).rejects.toMatchObject({ code: 'search-too-long' });
  });

  it('are each on exactly one page, newest first, also while others are submitted', async () => {
    await fc.assert(
      fc.asyncProperty(
        arbitraryHistory(),
        fc.integer({ min: 1, max: 5 }),
        async (history, limit) => {
          const paged = await open();
          await record(paged.store, history);
          paged.projector.start();
          await paged.caughtUp();
          const query = new RequestTraceQuery(paged.database);
          const there = (await query.list({ limit: 100 })).items.map(({ id }) => id);
          const seen: string[] = [];
          let cursor: string | null | undefined;
          do {
            const page = await query.list({ limit, cursor: cursor ?? undefined });
            seen.push(...page.items.map(({ id }) => id));
            cursor = page.nextCursor;
            await append(
              paged.store,
              randomUUID(),
              submitted({ submittedAt: '2027-01-01T00:00:00.000Z' }),
            );
            await paged.caughtUp();
          } while (cursor !== null);
          expect(seen).toEqual(there);
          await paged.close();
        },
      ),
      { numRuns: runs(15) },
    );
  });

  it('are ordered by id when they came in the same millisecond', async () => {
    const ids = [];
    for (let count = 0; count < 5; count += 1) ids.push(await submit(submitted()));
    const { items, nextCursor } = await traces.list({ limit: 2 });
    const rest = await traces.list({ limit: 5, cursor: nextCursor! });
    const seen = [...items, ...rest.items].map(({ id }) => id);
    expect(seen).toEqual(ids.toSorted().toReversed());
  });

  it('in one state are read oldest first, however many there are', async () => {
    const ids: string[] = [];
    for (let count = 0; count < 205; count += 1) {
      const id = randomUUID();
      // Two in each second, the later ones first.
      const submittedAt = at(200 - Math.floor(count / 2));
      await append(bench.store, id, submitted({ submittedAt }), classified());
      ids.push(id);
    }
    await append(bench.store, ids[0]!, started());
    await bench.caughtUp();
    const seen = await all('classified');
    expect(seen.toSorted()).toEqual(ids.slice(1).toSorted());
    const ages = seen.map((id) => Math.floor(ids.indexOf(id) / 2));
    expect(ages).toEqual(ages.toSorted((one, other) => other - one));
    expect(await all('executing')).toEqual([ids[0]]);
    expect(await all('approved')).toEqual([]);
  });

  it.each([
    ['nonsense', 'nonsense'],
    ['an empty text', ''],
    ['other JSON', Buffer.from('{"at":1}').toString('base64url')],
    ['a wrong time', Buffer.from('["yesterday","x"]').toString('base64url')],
    [
      'something appended',
      `${Buffer.from('["2026-01-01T00:00:00.000Z","x"]').toString('base64url')}!`,
    ],
  ])('refuse %s as a cursor', async (_, cursor) => {
    await expect(traces.list({ limit: 1, cursor })).rejects.toMatchObject({
      code: 'invalid-cursor',
    });
  });
});
