import { randomUUID } from 'node:crypto';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { z } from 'zod';
import { until } from '../../../test/support/docket/until.js';
import {
  amended,
  approved,
  blocked,
  classified,
  escalated,
  executed,
  expired,
  reminded,
  requested,
  submitted,
} from '../../../test/support/views/sample-events.js';
import { append } from '../../../test/support/views/view-bench.js';
import { watchStore, type WatchedStore } from '../../../test/support/watched-store.js';
import { EventStoreError } from '../../event-store/event-store.errors.js';
import type { EventStore } from '../../event-store/event-store.js';
import { createInMemoryEventStore } from '../../event-store/in-memory/in-memory-event-store.js';
import { streamOf } from '../../governed-request/governed-request.codec.js';
import { systemClock } from '../../runtime/clock.js';
import type { WebhookEndpoint } from '../endpoints/webhook-endpoint.js';
import { NOTICE_TYPES } from '../notice-type.js';
import { FeedCheckpoints } from '../queue/feed-checkpoints.js';
import type { QueueDatabase } from '../queue/queue-database.js';
import { openSqliteQueue } from '../queue/sqlite-queue-database.js';
import { Feed } from './feed.js';
import { keepFeeding } from './keep-feeding.js';

const EXPIRES = '2026-01-02T00:00:00.000Z';

const payload = z.strictObject({
  type: z.string(),
  timestamp: z.string(),
  data: z.looseObject({ requestId: z.string(), url: z.string(), position: z.string() }),
});

let inner: EventStore;
/** As the feed sees it. */
let store: WatchedStore;
let database: QueueDatabase;
let logged: string;
let stop: AbortController;
let feeding: Promise<void>[];

beforeEach(async () => {
  inner = createInMemoryEventStore();
  store = watchStore(inner);
  database = await openSqliteQueue(':memory:');
  logged = '';
  stop = new AbortController();
  feeding = [];
});
afterEach(async () => {
  await stopped();
  await database.close();
});

const endpoint = (over: Partial<WebhookEndpoint> = {}): WebhookEndpoint => ({
  id: 'chat',
  url: new URL('https://hooks.example.com/'),
  secrets: [],
  events: NOTICE_TYPES,
  risks: null,
  groups: null,
  ...over,
});

const log = pino({ level: 'info' }, { write: (line) => void (logged += line) });

/** Feeds the queue in the background, as one replica, until the test ends or `stopped`. */
function feed(
  endpoints: readonly WebhookEndpoint[] = [endpoint()],
  from: EventStore = store,
): void {
  const { signal } = stop;
  const checkpoints = new FeedCheckpoints(database);
  const one = new Feed({
    store: from,
    checkpoints,
    endpoints,
    publicUrl: 'https://docket.example.com/governance',
    clock: systemClock,
    log,
    onQueued: () => undefined,
  });
  feeding.push(keepFeeding(() => one.follow(signal), signal, log));
}

async function stopped(): Promise<void> {
  stop.abort();
  await Promise.all(feeding);
  stop = new AbortController();
  feeding = [];
}

const begun = () =>
  until(() =>
    database.read((trx) => trx.selectFrom('webhook_feed').select('endpoint').executeTakeFirst()),
  );

/** Everything queued, in the order of the log. */
const queued = async () => {
  const rows = await database.read((trx) =>
    trx.selectFrom('webhook_delivery').selectAll().execute(),
  );
  return rows
    .map((row) => ({ ...row, told: payload.parse(JSON.parse(row.payload)) }))
    .toSorted((one, other) => Number(one.told.data.position) - Number(other.told.data.position));
};

const told = (count: number) =>
  until(async () => {
    const all = await queued();
    return all.length >= count && all;
  });

/** Writes an event of a type that this version may not know, or with more in it than it knows. */
async function appendRaw(id: string, type: string, data: object): Promise<void> {
  const stream = streamOf(id);
  const { length } = await store.readStream(stream);
  const metadata = { recordedAt: '2026-01-01T00:00:05.000Z', schemaVersion: 2, tenant: 'x' };
  const event = {
    id: randomUUID(),
    type,
    data: JSON.stringify(data),
    metadata: JSON.stringify(metadata),
  };
  await store.append(stream, length - 1, [event]);
}

describe('The feed of the webhooks', () => {
  it('tells of an approval until it is decided, with those who may decide by then', async () => {
    feed();
    await begun();
    const id = randomUUID();
    const terms = { quorum: 2, atLeast: [{ group: 'ops', count: 1 }], human: true };
    await append(store, id, submitted(), classified(), requested({ ...terms, eligible: ['ops'] }));
    await append(store, id, reminded(1), escalated(['board', 'ops']), reminded(2));
    await append(store, id, expired(), blocked('expired'));
    const all = await told(6);
    const request = {
      requestId: id,
      url: `https://docket.example.com/governance/v1/requests/${id}`,
      position: expect.stringMatching(/^\d+$/),
      kind: 'chat',
      risk: 'amber',
      category: 'external-communication',
    };
    const asked = { ...request, ...terms, expiresAt: EXPIRES };
    const eligible = ['ops', 'board'];
    expect(all.map((one) => [one.told.type, one.told.data])).toEqual([
      ['approval.requested', { ...asked, eligible: ['ops'] }],
      ['approval.reminded', { ...asked, eligible: ['ops'], number: 1 }],
      ['approval.escalated', { ...asked, eligible, to: ['board', 'ops'] }],
      ['approval.reminded', { ...asked, eligible, number: 2 }],
      ['approval.expired', request],
      ['request.blocked', { ...request, code: 'expired' }],
    ]);
    expect(logged).toContain('webhooks begin with what happens next');
  });

  it('tells what is asked anew of an amended request, with the risk that it has now', async () => {
    feed([endpoint(), endpoint({ id: 'reds', risks: ['red'] })]);
    await begun();
    const id = randomUUID();
    await append(store, id, submitted(), classified(), requested({ eligible: ['ops'] }));
    await append(store, id, amended('mia'), classified(), requested({ eligible: ['board'] }));
    await append(store, id, escalated(['ops']), amended('joe'));
    await append(store, id, classified({ risk: 'red' }), blocked('policy'));
    const all = await told(8);
    const of = (name: string) =>
      all
        .filter((one) => one.endpoint === name)
        .map(({ told: { type, data } }) => [
          type,
          data['risk'],
          data['number'] ?? data['eligible'],
        ]);
    expect(of('chat')).toEqual([
      ['approval.requested', 'amber', ['ops']],
      ['request.amended', 'amber', 1],
      ['approval.requested', 'amber', ['board']],
      ['approval.escalated', 'amber', ['board', 'ops']],
      ['request.amended', 'red', 2],
      ['request.blocked', 'red', undefined],
    ]);
    expect(of('reds')).toEqual([
      ['request.amended', 'red', 2],
      ['request.blocked', 'red', undefined],
    ]);
  });

  it('reads what a Docket without terms of approvals asked, and what a newer one adds', async () => {
    feed();
    await begun();
    const id = randomUUID();
    await append(store, id, submitted(), classified());
    const asked = { quorum: 1, eligible: [], expiresAt: EXPIRES };
    await appendRaw(id, 'ApprovalRequested', {
      ...asked,
      contentDigest: 'x',
      requestedAt: EXPIRES,
    });
    const more = { atLeast: [{ group: 'ops', count: 1, during: 'day' }], human: true, tenant: 'x' };
    await appendRaw(id, 'ApprovalRequested', { ...asked, ...more });
    const all = await told(2);
    expect(all.map((one) => one.told.data)).toMatchObject([
      { ...asked, atLeast: [], human: false },
      { ...asked, atLeast: [{ group: 'ops', count: 1 }], human: true },
    ]);
    expect(all.map((one) => one.told.timestamp)).toContain('2026-01-01T00:00:05.000Z');
    expect(JSON.stringify(all)).not.toMatch(/during|tenant/);
  });

  it('knows a request again that it was not there for', async () => {
    feed();
    await begun();
    const id = randomUUID();
    await append(store, id, submitted(), classified(), requested());
    await told(1);
    await stopped();
    feed();
    await append(store, id, approved('mia'), executed());
    expect((await told(3)).map((one) => one.told.data['risk'])).toEqual([
      'amber',
      'amber',
      'amber',
    ]);
  });

  it('tells a group what it may decide, and what became of that', async () => {
    feed([endpoint({ groups: ['finance'] })]);
    await begun();
    const ids = [['finance', 'ops'], ['ops'], []].map(
      (eligible) => [randomUUID(), eligible] as const,
    );
    const unasked = randomUUID();
    await append(store, unasked, submitted(), classified({ risk: 'green' }), executed());
    for (const [id, eligible] of ids) {
      const asked = requested({ eligible: [...eligible] });
      await append(store, id, submitted(), classified(), asked, approved('mia'));
    }
    const all = await told(4);
    const of = (id: string) => all.filter((one) => one.request_id === id).length;
    expect([...ids.map(([id]) => of(id)), of(unasked)]).toEqual([2, 0, 2, 0]);
  });

  it('takes no text for a code', async () => {
    feed();
    await begun();
    const id = randomUUID();
    await append(store, id, submitted(), classified());
    await appendRaw(id, 'ExecutionFailed', {
      code: 'Dear Ada, your salary',
      message: 'x',
      more: 1,
    });
    const [one] = await told(1);
    expect(one?.told.data['code']).toBe('unknown');
  });

  it('leaves out what it cannot read, says so without repeating it, and tells everything else', async () => {
    feed();
    await begun();
    const [broken, whole] = [randomUUID(), randomUUID()];
    await append(store, broken, submitted(), classified());
    await appendRaw(broken, 'Blocked', { code: 'a secret reason' });
    await append(store, broken, executed());
    await store.append('governedRequest-of nobody', -1, [
      { id: randomUUID(), type: 'Executed', data: '{}', metadata: '{}' },
    ]);
    await store.append('somethingElse-1', -1, [
      { id: randomUUID(), type: 'Executed', data: '{}', metadata: '{}' },
    ]);
    await append(store, whole, submitted(), classified(), executed());
    const all = await told(2);
    expect(all.map(({ type, request_id }) => [type, request_id])).toEqual([
      ['request.executed', broken],
      ['request.executed', whole],
    ]);
    expect(logged.match(/webhooks leave out an event/g)).toHaveLength(2);
    expect(logged).not.toContain('a secret reason');
  });

  it('loses and doubles nothing while the store fails, and with another replica beside it', async () => {
    feed();
    await begun();
    feed();
    const ids = Array.from({ length: 30 }, () => randomUUID());
    for (const [index, id] of ids.entries()) {
      await append(inner, id, submitted(), classified(), executed());
      if (index % 10 === 5) store.fail(new EventStoreError('unavailable', 'Away.'), 2);
    }
    const all = await told(ids.length);
    expect(all.map((one) => one.request_id)).toEqual(ids);
    expect(logged).toContain('webhooks could not be queued');
  });

  it('goes on behind the end of a log that takes the place of the one it knew', async () => {
    feed();
    await begun();
    const id = randomUUID();
    await append(store, id, submitted(), classified(), executed());
    await told(1);
    await stopped();
    const other = createInMemoryEventStore();
    for (let count = 0; count < 5; count += 1) {
      await append(other, randomUUID(), submitted(), classified(), executed());
    }
    feed([endpoint()], other);
    await until(() => logged.includes('the event log is another one'));
    const next = randomUUID();
    await append(other, next, submitted(), classified(), executed());
    await until(async () => (await queued()).some((one) => one.request_id === next));
    expect((await queued()).map((one) => one.request_id).toSorted()).toEqual([id, next].toSorted());
    await stopped();
    await other.close();
  });

  it('gives the same event the same id for the same endpoint, and another one for others', async () => {
    const both = [endpoint(), endpoint({ id: 'mail' })];
    feed(both);
    await begun();
    await append(store, randomUUID(), submitted(), classified({ risk: 'red' }), blocked('refused'));
    const first = await told(4);
    expect(new Set(first.map(({ id }) => id)).size).toBe(4);
    expect(first.every(({ id }) => /^msg_[A-Za-z0-9_-]{27}$/.test(id))).toBe(true);
    await stopped();
    await database.write(async (trx) => {
      await trx.deleteFrom('webhook_delivery').execute();
      await trx.updateTable('webhook_feed').set({ position: null }).execute();
    });
    feed(both);
    expect((await told(4)).map(({ id }) => id).toSorted()).toEqual(
      first.map(({ id }) => id).toSorted(),
    );
  });
});
