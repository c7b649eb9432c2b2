import { setImmediate as nextTurn } from 'node:timers/promises';
import { beforeEach, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { onEachQueue, type OpenQueue } from '../../../test/support/webhooks/on-each-queue.js';
import type { Failure } from '../sending/failure.js';
import { DeadLetters } from './dead-letters.js';
import type { NewDelivery, TakenDelivery } from './delivery.js';
import { DeliveryQueue } from './delivery-queue.js';
import { FeedCheckpoints, type FeedPositions } from './feed-checkpoints.js';
import type { QueueDatabase } from './queue-database.js';

const START = Date.parse('2026-01-01T00:00:00.000Z');
const at = (seconds: number) => new Date(START + seconds * 1_000);

const ANSWERED: Failure = { code: 'answered', status: 500, retryAfter: null };

const delivery = (id: string, position: bigint, endpoint = 'chat'): NewDelivery => ({
  id,
  endpoint,
  type: 'request.executed',
  requestId: '019a0000-0000-7000-8000-000000000000',
  payload: `{"of":"${id}"}`,
  position,
});

onEachQueue('The queue of webhooks', (place, isShared) => {
  let open: OpenQueue;
  let database: QueueDatabase;
  let queue: DeliveryQueue;
  let letters: DeadLetters;
  let checkpoints: FeedCheckpoints;

  beforeEach(async () => {
    open = await place();
    database = await open();
    queue = new DeliveryQueue(database);
    letters = new DeadLetters(database);
    checkpoints = new FeedCheckpoints(database);
  });

  /** Has endpoints begin in an empty log, and tells each of so many events. */
  async function queued(ids: readonly string[], endpoints: readonly string[] = ['chat']) {
    await checkpoints.begin(endpoints, { head: null, firstEvent: null });
    const from: FeedPositions = new Map(endpoints.map((endpoint) => [endpoint, null]));
    const deliveries = endpoints.flatMap((endpoint) =>
      ids.map((id, index) => delivery(`${id}-${endpoint}`, BigInt(index + 1), endpoint)),
    );
    const to = BigInt(ids.length);
    await checkpoints.advance({ from, to, firstEvent: 'first', deliveries }, at(0));
  }

  /** As a replica that was slower. */
  const walkAgain = () =>
    checkpoints.advance(
      {
        from: new Map([['chat', null]]),
        to: 2n,
        firstEvent: 'first',
        deliveries: [delivery('a-chat', 1n), delivery('b-chat', 2n)],
      },
      at(1),
    );

  const take = (now: Date, { endpoint = 'chat', limit = 10, target = 'here', from = queue } = {}) =>
    from.take({ endpoint, target, limit, now, until: new Date(now.getTime() + 60_000) });

  const idsOf = (taken: readonly { readonly id: string }[]) => taken.map(({ id }) => id).toSorted();

  async function one(now: Date): Promise<TakenDelivery> {
    const [taken] = await take(now);
    if (!taken) throw new Error('Nothing is due.');
    return taken;
  }

  it('hands each delivery to one taker, and to the next one when that says nothing of it', async () => {
    await queued(['a', 'b', 'c']);
    const others = new DeliveryQueue(isShared ? await open() : database);
    const [mine, theirs] = await Promise.all([
      take(at(1), { limit: 2 }),
      take(at(1), { limit: 2, from: others }),
    ]);
    expect(idsOf([...mine, ...theirs])).toEqual(['a-chat', 'b-chat', 'c-chat']);
    expect(mine[0]).toMatchObject({ payload: expect.stringContaining('of'), attempts: 1 });
    expect(await take(at(60))).toEqual([]);
    const again = await take(at(61));
    expect(again.map(({ attempts }) => attempts)).toEqual([2, 2, 2]);
  });

  it('holds nobody up for another endpoint', async () => {
    await queued(['a', 'b'], ['chat', 'mail']);
    await take(at(1));
    expect(idsOf(await take(at(1), { endpoint: 'mail' }))).toEqual(['a-mail', 'b-mail']);
  });

  it('forgets what was delivered', async () => {
    await queued(['a']);
    await queue.delivered(await one(at(1)));
    expect(await take(at(1_000))).toEqual([]);
    expect(await queue.overview()).toMatchObject([{ pending: 0, dead: 0, oldestPending: null }]);
  });

  it('queues nothing again that was delivered, when somebody who is behind goes through it', async () => {
    await queued(['a', 'b']);
    for (const taken of await take(at(1))) await queue.delivered(taken);
    await walkAgain();
    expect(await take(at(2))).toEqual([]);
  });

  it('tries again when that is due, and lists what was given up', async () => {
    await queued(['a']);
    await queue.failed(await one(at(1)), { failure: ANSWERED, retryAt: at(31) }, at(2));
    expect(await take(at(30))).toEqual([]);
    expect(await queue.overview()).toMatchObject([
      { endpoint: 'chat', pending: 1, oldestPending: at(0).toISOString(), dead: 0, gone: null },
    ]);
    await queue.failed(await one(at(31)), { failure: ANSWERED, retryAt: null }, at(32));
    expect(await take(at(9_000))).toEqual([]);
    expect(await letters.list({ limit: 5 })).toEqual({
      items: [
        {
          id: 'a-chat',
          endpoint: 'chat',
          type: 'request.executed',
          requestId: '019a0000-0000-7000-8000-000000000000',
          queuedAt: at(0).toISOString(),
          deadAt: at(32).toISOString(),
          attempts: 2,
          failure: 'answered',
          status: 500,
        },
      ],
      nextCursor: null,
    });
  });

  it('listens to nobody who was taken for dead meanwhile', async () => {
    await queued(['a']);
    const late = await one(at(1));
    const current = await one(at(61));
    await queue.failed(late, { failure: ANSWERED, retryAt: null }, at(62));
    await queue.giveBack(late, at(62));
    expect(await queue.overview()).toMatchObject([{ pending: 1, dead: 0 }]);
    expect(await take(at(63))).toEqual([]);
    await queue.failed(current, { failure: ANSWERED, retryAt: at(64) }, at(63));
    expect(await one(at(64))).toMatchObject({ attempts: 3 });
  });

  it('takes back what was not tried, as if nothing had been', async () => {
    await queued(['a']);
    await queue.giveBack(await one(at(1)), at(2));
    expect(await one(at(2))).toMatchObject({ attempts: 1 });
  });

  it('gives everything up for a receiver that is gone, until its address changes', async () => {
    await queued(['a', 'b'], ['chat', 'mail']);
    await queue.gone('chat', 'here', at(1));
    const later = delivery('late', 3n);
    await checkpoints.advance(
      { from: new Map([['chat', 2n]]), to: 3n, firstEvent: 'first', deliveries: [later] },
      at(2),
    );
    expect(await take(at(3))).toEqual([]);
    expect(await queue.overview()).toMatchObject([
      { endpoint: 'chat', pending: 0, dead: 3, gone: 'here' },
      { endpoint: 'mail', pending: 2, dead: 0, gone: null },
    ]);
    await checkpoints.advance(
      {
        from: new Map([['chat', 3n]]),
        to: 4n,
        firstEvent: 'first',
        deliveries: [delivery('moved', 4n)],
      },
      at(4),
    );
    expect(idsOf(await take(at(5), { target: 'there' }))).toEqual(['moved']);
  });

  it('replays one dead letter, or all of an endpoint, with all tries before them', async () => {
    await queued(['a', 'b'], ['chat', 'mail']);
    await take(at(1));
    await queue.gone('chat', 'here', at(1));
    await queue.gone('mail', 'here', at(1));
    expect(await letters.endpointOf('a-chat')).toBe('chat');
    expect(await letters.replay('mail', at(2), 'a-chat')).toBe(0);
    expect(await letters.replay('chat', at(2), 'a-chat')).toBe(1);
    expect(await letters.endpointOf('a-chat')).toBeNull();
    expect(await take(at(3))).toMatchObject([{ id: 'a-chat', attempts: 1 }]);
    expect(await letters.replay('mail', at(3))).toBe(2);
    expect(idsOf(await take(at(3), { endpoint: 'mail' }))).toEqual(['a-mail', 'b-mail']);
    expect((await letters.list({ limit: 5 })).items.map(({ id }) => id)).toEqual(['b-chat']);
  });

  it('gives up, replays and forgets any number, a few at a time so that others have a turn', async () => {
    const ids = Array.from({ length: 1_200 }, (_, index) => `${index}`);
    await queued(ids, ['chat', 'mail']);
    const counts = async () =>
      Object.fromEntries(
        (await queue.overview()).map(({ endpoint, pending, dead }) => [endpoint, [pending, dead]]),
      );
    const meanwhile: (number | undefined)[] = [];
    const watched = async <T>(working: Promise<T>): Promise<T> => {
      const state = { isOver: false };
      const over = working.finally(() => (state.isOver = true));
      for (; !state.isOver; await nextTurn()) meanwhile.push((await counts())['chat']?.[1]);
      return over;
    };
    await watched(queue.gone('chat', 'here', at(1)));
    expect(await counts()).toEqual({ chat: [0, 1_200], mail: [1_200, 0] });
    // By clocks that differ.
    expect(await watched(letters.replay('chat', at(0)))).toBe(1_200);
    expect(await counts()).toEqual({ chat: [1_200, 0], mail: [1_200, 0] });
    await queue.gone('chat', 'here', at(2));
    await letters.forget(at(3), ['mail']);
    expect(await counts()).toEqual({ chat: [0, 0], mail: [1_200, 0] });
    expect(meanwhile.some((dead) => dead !== 0 && dead !== 1_200)).toBe(true);
  });

  it('gives up no more for a receiver that is gone once somebody has it tried again', async () => {
    await queued(['a', 'b']);
    const tryAgain = () =>
      database.write((trx) => trx.updateTable('webhook_feed').set({ gone: null }).execute());
    const overtaken = new DeliveryQueue({
      ...database,
      async write(work) {
        const result = await database.write(work);
        await tryAgain();
        return result;
      },
    });
    await overtaken.gone('chat', 'here', at(1));
    expect(await queue.overview()).toMatchObject([{ pending: 2, dead: 0, gone: null }]);
  });

  it('lists dead letters page by page, the last one first, and forgets the old ones', async () => {
    await queued(['a', 'b', 'c'], ['chat', 'mail']);
    for (const [second, taken] of (await take(at(1))).entries()) {
      await queue.failed(taken, { failure: ANSWERED, retryAt: null }, at(10 + second));
    }
    await queue.gone('mail', 'here', at(5));
    const seen: string[] = [];
    for (let cursor: string | undefined; ;) {
      const page = await letters.list({ limit: 2, cursor });
      seen.push(...page.items.map(({ id }) => id));
      if (page.nextCursor === null) break;
      cursor = page.nextCursor;
    }
    expect(seen).toEqual(['c-chat', 'b-chat', 'a-chat', 'c-mail', 'b-mail', 'a-mail']);
    const { items } = await letters.list({ limit: 5, endpoint: 'mail' });
    expect(idsOf(items)).toEqual(['a-mail', 'b-mail', 'c-mail']);
    await letters.forget(at(11), ['chat', 'mail']);
    expect(idsOf((await letters.list({ limit: 9 })).items)).toEqual(['b-chat', 'c-chat']);
  });

  it('forgets in time what nobody sends any more, and nothing else that still waits', async () => {
    await queued(['a', 'b'], ['chat', 'mail']);
    const pending = async () =>
      (await queue.overview()).map(({ endpoint, pending: count }) => [endpoint, count]);
    await letters.forget(at(0), ['chat']);
    expect(await pending()).toEqual([
      ['chat', 2],
      ['mail', 2],
    ]);
    await letters.forget(at(1), ['chat']);
    expect(await pending()).toEqual([
      ['chat', 2],
      ['mail', 0],
    ]);
    await letters.forget(at(1), []);
    expect(await pending()).toEqual([
      ['chat', 0],
      ['mail', 0],
    ]);
  });

  it('queues each event once for each endpoint, whoever goes through the log and in whatever steps', async () => {
    const other = isShared ? await open() : database;
    let round = 0;
    const steps = fc.array(fc.integer({ min: 1, max: 4 }), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(steps, steps, fc.nat(6), async (mine, theirs, start) => {
        const endpoint = `e${(round += 1)}`;
        await checkpoints.begin([endpoint], { head: null, firstEvent: null });
        await Promise.all([
          walk(checkpoints, endpoint, mine, 0),
          walk(new FeedCheckpoints(other), endpoint, theirs, 0),
        ]);
        await walk(checkpoints, endpoint, [start + 1], 0);
        const total = Math.max(sum(mine), sum(theirs), start + 1);
        expect((await checkpoints.read([endpoint])).get(endpoint)?.position).toBe(BigInt(total));
        const taken = await take(at(1), { endpoint, limit: 100 });
        expect(taken.map(({ id }) => id).toSorted()).toEqual(
          Array.from({ length: total }, (_, index) => `${endpoint}-${index + 1}`).toSorted(),
        );
      }),
      { numRuns: 25 },
    );
  });

  it('refuses to go on where events would be left out', async () => {
    await queued(['a']);
    await database.write((trx) =>
      trx.updateTable('webhook_feed').set({ position: null }).execute(),
    );
    const from = new Map([['chat', 1n]]);
    const step = { from, to: 2n, firstEvent: 'first', deliveries: [delivery('b', 2n)] };
    await expect(checkpoints.advance(step, at(1))).rejects.toThrow(/set back/);
    expect(idsOf(await take(at(1)))).toEqual(['a-chat']);
  });

  it('has an endpoint begin once, whoever says so', async () => {
    await checkpoints.begin(['chat'], { head: 5n, firstEvent: 'first' });
    await checkpoints.begin(['chat', 'mail'], { head: 9n, firstEvent: 'first' });
    const before = await checkpoints.read(['chat', 'mail']);
    expect(before.get('chat')).toMatchObject({ position: 5n });
    expect(before.get('mail')).toMatchObject({ position: 9n });
    const stale = { position: 4n, firstEvent: 'first' };
    await checkpoints.restart('chat', stale, { head: 1n, firstEvent: 'other' });
    expect((await checkpoints.read(['chat'])).get('chat')).toMatchObject({ position: 5n });
    await checkpoints.restart(
      'chat',
      { ...stale, position: 5n },
      { head: 1n, firstEvent: 'other' },
    );
    expect((await checkpoints.read(['chat'])).get('chat')).toEqual({
      position: 1n,
      firstEvent: 'other',
    });
  });

  it('is there when it is opened again, and leaves what a newer Docket wrote alone', async () => {
    await queued(['a']);
    await database.flush();
    await database.close();
    const again = await open();
    expect(idsOf(await take(at(1), { from: new DeliveryQueue(again) }))).toEqual(['a-chat']);
    await again.write((trx) => trx.updateTable('webhook_schema').set({ version: 99 }).execute());
    await again.close();
    await expect(open()).rejects.toThrow(/newer Docket has written the queue of webhooks/);
  });
});

const sum = (numbers: readonly number[]) => numbers.reduce((total, number) => total + number, 0);

/** Goes through a log in which every event is told. */
async function walk(
  checkpoints: FeedCheckpoints,
  endpoint: string,
  steps: readonly number[],
  start: number,
): Promise<void> {
  let from: FeedPositions = new Map([[endpoint, null]]);
  let position = start;
  for (const length of steps) {
    const deliveries = Array.from({ length }, (_, index) => {
      const next = position + index + 1;
      return delivery(`${endpoint}-${next}`, BigInt(next), endpoint);
    });
    position += length;
    const to = BigInt(position);
    from = await checkpoints.advance({ from, to, firstEvent: 'first', deliveries }, at(0));
  }
}
