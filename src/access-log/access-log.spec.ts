import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { EventStoreError } from '../event-store/event-store.errors.js';
import { NO_STREAM, type EventStore } from '../event-store/event-store.js';
import { createInMemoryEventStore } from '../event-store/in-memory/in-memory-event-store.js';
import type { Principal } from '../identity/principal.js';
import { createLogger } from '../runtime/logger.js';
import { decodeAccess, encodeAccess, type AccessRecord } from './access-log.codec.js';
import { readAccesses } from './access-log.query.js';
import { AccessLog, type AccessLogSettings } from './access-log.js';

const DAY = '2026-11-22';
const STREAM = `access-${DAY}`;
const SETTINGS: AccessLogSettings = {
  linger: 1,
  maxWaiting: 50,
  maxSize: 1_000_000,
  finishWithin: 2_000,
  countRefusalsFor: 60_000,
};
const SILENT = createLogger('silent');

const AUDREY: Principal = {
  id: 'audrey',
  kind: 'human',
  roles: ['auditor'],
  groups: ['audit'],
  credential: 'key:0123456789abcdef',
};

const granted = (at = `${DAY}T09:00:00.000Z`): AccessRecord => {
  const callId = randomUUID();
  const data = {
    action: 'trace.read',
    method: 'GET',
    route: '/v1/requests/:id',
    query: {},
    part: 'whole',
    requests: [],
    items: 1,
    positions: null,
    withContent: true,
    status: 200,
    at,
  } as const;
  return {
    caller: AUDREY,
    event: { type: 'AccessGranted', data: { ...data, requests: [] } },
    callId,
    correlationId: callId,
  };
};

const refused = (code: string): AccessRecord => {
  const callId = randomUUID();
  const data = {
    action: 'trace.read',
    method: 'GET',
    route: '/v1/requests/:id',
    requests: [],
    status: 401,
    code,
    times: 1,
    address: '127.0.0.1',
    at: `${DAY}T09:00:00.000Z`,
  } as const;
  return {
    caller: null,
    event: { type: 'AccessRefused', data: { ...data, requests: [] } },
    callId,
    correlationId: callId,
  };
};

/** The calls that the stored events of a stream are of, in their order. */
const callsIn = async (store: EventStore, stream = STREAM) =>
  (await store.readStream(stream)).map(
    ({ metadata }) => (JSON.parse(metadata) as { $causationId: string }).$causationId,
  );

type Fault = 'none' | 'before' | 'behind';

/** Fails before or behind the append, as often as it is told to. */
const faulty = (store: EventStore, faults: Fault[]): Pick<EventStore, 'append'> => ({
  async append(...args) {
    const fault = faults.shift() ?? 'none';
    if (fault === 'before') throw new EventStoreError('unavailable', 'It is away.');
    const appended = await store.append(...args);
    if (fault === 'behind') throw new EventStoreError('outcome-unknown', 'Who knows.');
    return appended;
  },
});

describe('The access log', () => {
  it('has each record once, whatever fails and however many replicas write to the same day', async () => {
    const fault = fc.constantFrom<Fault>('none', 'none', 'before', 'behind');
    const replica = fc.record({
      faults: fc.array(fault, { maxLength: 5 }),
      records: fc.array(fc.constantFrom(0, 0, 0, 2), { minLength: 1, maxLength: 30 }),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(replica, { minLength: 1, maxLength: 3 }), async (replicas) => {
        const store = createInMemoryEventStore();
        const taken = await Promise.all(
          replicas.map(async ({ faults, records }) => {
            const log = new AccessLog(faulty(store, [...faults]), SILENT, SETTINGS);
            const calls: string[] = [];
            for (const pause of records) {
              const record = granted();
              log.record(record);
              calls.push(record.callId);
              if (pause > 0) await sleep(pause);
            }
            await log.stop();
            expect(log.waiting).toBe(0);
            return calls;
          }),
        );
        const stored = await callsIn(store);
        for (const calls of taken) {
          expect(stored.filter((call) => calls.includes(call))).toEqual(calls);
        }
        expect(stored).toHaveLength(taken.flat().length);
      }),
      { numRuns: 25 },
    );
  }, 30_000);

  it('appends many records at a time, and those of two days to two streams', async () => {
    const store = createInMemoryEventStore();
    let appends = 0;
    const counting = {
      append: (...args: Parameters<EventStore['append']>) => {
        appends += 1;
        return store.append(...args);
      },
    };
    const log = new AccessLog(counting, SILENT, { ...SETTINGS, linger: 20 });
    for (let count = 0; count < 300; count += 1) log.record(granted());
    for (let count = 0; count < 10; count += 1) log.record(granted('2026-11-23T00:00:00.000Z'));
    await log.stop();
    expect([await callsIn(store), await callsIn(store, 'access-2026-11-23')]).toMatchObject([
      { length: 300 },
      { length: 10 },
    ]);
    expect(appends).toBeLessThanOrEqual(3);
  });

  it('tells apart what waits and what is stored, and what was waited for by whoever asks', async () => {
    const store = createInMemoryEventStore();
    const log = new AccessLog(store, SILENT, { ...SETTINGS, linger: 60_000 });
    log.record(granted());
    expect([log.waiting, log.recorded]).toEqual([1, 0]);
    await log.flush(1_000);
    expect([log.waiting, log.recorded]).toEqual([0, 1]);
    expect(await callsIn(store)).toHaveLength(1);
    await log.stop();
  });

  it('counts the very same refusals that come at once, and no others', async () => {
    const store = createInMemoryEventStore();
    const log = new AccessLog(store, SILENT, { ...SETTINGS, linger: 20 });
    for (const code of ['forbidden', 'unauthenticated', 'forbidden', 'forbidden']) {
      log.record(refused(code));
    }
    log.record(granted());
    log.record(granted());
    await log.stop();
    const events = (await store.readStream(STREAM)).map(decodeAccess);
    expect(
      events.map(({ event: { data } }) => ('times' in data ? [data.code, data.times] : 'granted')),
    ).toEqual([['forbidden', 3], ['unauthenticated', 1], 'granted', 'granted']);
  });

  it('is full while the store takes nothing, keeps what it took, and has room again behind that', async () => {
    const store = createInMemoryEventStore();
    const faults = Array.from({ length: 4 }, (): Fault => 'before');
    const log = new AccessLog(faulty(store, faults), SILENT, SETTINGS);
    let admitted = 0;
    for (; admitted < 1_000 && log.admits(); admitted += 1) log.record(granted());
    expect([admitted, log.admits(), log.turnedAway]).toEqual([SETTINGS.maxWaiting, false, 2]);
    await log.flush(5_000);
    expect(log.admits()).toBe(true);
    await log.stop();
    expect(await callsIn(store)).toHaveLength(admitted);
  });

  it('stores what was asked at length while the store took nothing', async () => {
    const store = createInMemoryEventStore();
    const log = new AccessLog(store, SILENT, { ...SETTINGS, linger: 60_000 });
    const { event, ...call } = granted();
    if (event.type !== 'AccessGranted') throw new Error('It is what was made.');
    const query = Object.fromEntries(
      Array.from({ length: 20 }, (_, index) => [`name-${index}`, '\u0001'.repeat(200)]),
    );
    for (let count = 0; count < 100; count += 1) {
      log.record({ ...call, event: { ...event, data: { ...event.data, query } } });
    }
    await log.stop();
    expect(await callsIn(store)).toHaveLength(100);
  });

  it('is full of long records earlier than of short ones', () => {
    const log = new AccessLog(createInMemoryEventStore(), SILENT, {
      ...SETTINGS,
      maxSize: 100_000,
    });
    const { event, ...call } = granted();
    if (event.type !== 'AccessGranted') throw new Error('It is what was made.');
    const requests = Array.from({ length: 500 }, () => randomUUID());
    let admitted = 0;
    for (; log.admits(); admitted += 1) {
      log.record({ ...call, event: { ...event, data: { ...event.data, requests } } });
    }
    expect(admitted).toBeLessThan(10);
    return log.stop();
  });

  it('ends in time with a store that takes nothing', async () => {
    const never = Array.from({ length: 1_000 }, (): Fault => 'before');
    const settings = { ...SETTINGS, finishWithin: 100 };
    const log = new AccessLog(faulty(createInMemoryEventStore(), never), SILENT, settings);
    log.record(granted());
    const begun = performance.now();
    await log.stop();
    expect(performance.now() - begun).toBeLessThan(1_500);
    expect([log.waiting, log.recorded]).toEqual([1, 0]);
  });

  it('shows what no schema fits to whoever asks, as it may be what they look for', async () => {
    const store = createInMemoryEventStore();
    const event = { id: randomUUID(), metadata: '{}' };
    await store.append(STREAM, NO_STREAM, [
      { ...event, type: 'AccessGranted', data: '{"action":"mallory"}' },
      { ...event, id: randomUUID(), type: 'AccessForgotten', data: '{}' },
    ]);
    for (const stored of await store.readStream(STREAM)) {
      expect(() => decodeAccess(stored)).toThrow(/cannot be read/);
      expect(() => decodeAccess(stored)).not.toThrow(/mallory/);
    }
    const filter = { day: DAY, identity: 'ada' };
    const page = await readAccesses(store, filter, { after: NO_STREAM, limit: 10 });
    expect(page.events).toHaveLength(2);
  });

  it('is asked for what is rare without looking at more than some thousand records for a page', async () => {
    const inMemory = createInMemoryEventStore();
    const rare = [0, 7_000, 11_999];
    const records = Array.from({ length: 12_000 }, (_, n) =>
      encodeAccess({
        ...granted(),
        caller: { ...AUDREY, id: rare.includes(n) ? 'ada' : 'audrey' },
      }),
    );
    for (let first = 0; first < records.length; first += 2_000) {
      await inMemory.append(STREAM, first - 1, records.slice(first, first + 2_000));
    }
    let lookedAt = 0;
    const store: EventStore = {
      ...inMemory,
      async readStreamPage(...asked) {
        const page = await inMemory.readStreamPage(...asked);
        lookedAt += page.length;
        return page;
      },
    };
    const found: number[] = [];
    for (let after: number | null = NO_STREAM; after !== null; lookedAt = 0) {
      const filter = { day: DAY, identity: 'ada' };
      const { events, nextAfter } = await readAccesses(store, filter, { after, limit: 2 });
      found.push(...events.map(({ version }) => version));
      expect(lookedAt).toBeLessThanOrEqual(5_000);
      after = nextAfter;
    }
    expect(found).toEqual(rare);
  });
});
