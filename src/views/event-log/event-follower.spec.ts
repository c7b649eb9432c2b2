import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { until } from '../../../test/support/docket/until.js';
import { ScriptedEventStoreDb } from '../../../test/support/eventstoredb/scripted-server.js';
import { watchStore, type WatchedStore } from '../../../test/support/watched-store.js';
import {
  newStream,
  readLog,
  sampleEvent,
  sampleEvents,
  soon,
} from '../../event-store/contract/sample-log.contract.js';
import { EventStoreError } from '../../event-store/event-store.errors.js';
import { NO_STREAM, type EventStore, type StoredEvent } from '../../event-store/event-store.js';
import { openEventStoreDb } from '../../event-store/eventstoredb/eventstoredb-event-store.js';
import { createInMemoryEventStore } from '../../event-store/in-memory/in-memory-event-store.js';
import { openSqliteEventStore } from '../../event-store/sqlite/sqlite-event-store.js';
import { EventFollower, type Piece } from './event-follower.js';

interface Opened {
  /** Histories to try: a server answers more slowly. */
  readonly runs: number;
  readonly store: EventStore;
  release(): Promise<void>;
}

const STORES: Readonly<Record<string, () => Promise<Opened>>> = {
  'in memory': async () => ({
    runs: 30,
    store: createInMemoryEventStore(),
    release: async () => {},
  }),
  'in SQLite': async () => {
    const folder = await mkdtemp(join(tmpdir(), 'docket-follow-'));
    const store = await openSqliteEventStore(join(folder, 'events.db'));
    return { runs: 10, store, release: () => rm(folder, { recursive: true }) };
  },
  'on EventStoreDB': async () => {
    const server = await ScriptedEventStoreDb.start();
    const store = await openEventStoreDb(server.connectionString);
    return { runs: 2, store, release: () => server.close() };
  },
};

/** The type of the last event of every stream here. */
const LAST = 'Blocked';

/** An append to one of the streams, and milliseconds until the next. */
const append = fc.record({
  to: fc.nat(2),
  count: fc.integer({ min: 1, max: 12 }),
  size: fc.constantFrom(0, 0, 400, 30_000, 80_000),
  pause: fc.constantFrom(0, 0, 1, 5),
});
type Append = typeof append extends fc.Arbitrary<infer T> ? T : never;

/** A reader stays for so many pieces, and comes back after so many milliseconds. */
const visit = fc.record({
  pieces: fc.integer({ min: 1, max: 5 }),
  away: fc.constantFrom(0, 0, 2, 8),
});
type Visit = typeof visit extends fc.Arbitrary<infer T> ? T : never;

const visits = fc.array(visit, { maxLength: 8 });

describe.each(Object.entries(STORES))('Followers of a log %s', (_, open) => {
  let opened: Opened;

  beforeEach(async () => {
    opened = await open();
  });
  afterEach(async () => {
    await opened.store.close();
    await opened.release();
  });

  it('see every event once and in order, whenever they leave and come back', async () => {
    const { store } = opened;
    const follower = new EventFollower(store);
    const play = async (
      appends: readonly Append[],
      ofLog: readonly (readonly Visit[])[],
      ofStream: readonly Visit[],
    ) => {
      const [start, streams] = [await store.head(), [newStream(), newStream(), newStream()]];
      const logs = ofLog.map((stays) =>
        readInVisits(stays, streams.length, (last, signal) =>
          follower.log(last?.position ?? start, signal),
        ),
      );
      const each = streams.map((name) =>
        readInVisits(ofStream, 1, (last, signal) =>
          follower.stream(name, last?.version ?? NO_STREAM, signal),
        ),
      );
      await write(store, streams, appends);
      const log = await readLog(store, start);
      for (const seen of logs) expect(await soon(seen, 10_000)).toEqual(log);
      for (const [at, seen] of each.entries()) {
        expect(await soon(seen, 10_000)).toEqual(await store.readStream(streams[at] ?? ''));
      }
    };
    await fc.assert(
      fc.asyncProperty(
        fc.array(append, { maxLength: 8 }),
        fc.array(visits, { minLength: 1, maxLength: 3 }),
        visits,
        play,
      ),
      { numRuns: opened.runs },
    );
  });
});

async function write(
  store: EventStore,
  streams: readonly string[],
  appends: readonly Append[],
): Promise<void> {
  const add = async (to: number, events: readonly ReturnType<typeof sampleEvent>[]) => {
    const stream = streams[to] ?? '';
    await store.append(stream, (await store.readStream(stream)).length - 1, events);
  };
  for (const { to, count, size, pause } of appends) {
    const data = JSON.stringify({ text: 'x'.repeat(size) });
    await add(
      to,
      Array.from({ length: count }, () => sampleEvent({ data })),
    );
    if (pause > 0) await sleep(pause);
  }
  for (const to of streams.keys()) await add(to, [sampleEvent({ type: LAST })]);
}

/** What a reader saw who left and came back behind the last event seen, and stayed in the end until all have ended. */
async function readInVisits(
  stays: readonly Visit[],
  streams: number,
  follow: (
    last: StoredEvent | undefined,
    signal: AbortSignal,
  ) => Promise<AsyncGenerator<Piece, void>>,
): Promise<readonly StoredEvent[]> {
  const seen: StoredEvent[] = [];
  const isDone = () => seen.filter(({ type }) => type === LAST).length === streams;
  for (let at = 0; !isDone(); at += 1) {
    const { pieces, away } = stays[at] ?? { pieces: Infinity, away: 0 };
    const leaving = new AbortController();
    let taken = 0;
    for await (const piece of await follow(seen.at(-1), leaving.signal)) {
      seen.push(...piece);
      taken += 1;
      if (isDone() || taken >= pieces) break;
    }
    leaving.abort();
    await sleep(away);
  }
  return seen;
}

describe('Following a log', () => {
  let store: WatchedStore;
  let follower: EventFollower;
  let leaving: AbortController;

  beforeEach(() => {
    store = watchStore(createInMemoryEventStore());
    follower = new EventFollower(store);
    leaving = new AbortController();
  });
  afterEach(async () => {
    leaving.abort();
    await store.close();
  });

  /** Reads the whole log on, and goes on reading. */
  const reader = async (seen: StoredEvent[] = []) => {
    const pieces = await follower.log(seen.at(-1)?.position ?? null, leaving.signal);
    const reading = (async () => {
      for await (const piece of pieces) seen.push(...piece);
    })();
    reading.catch(() => undefined);
    return { seen, reading };
  };

  it('needs one subscription however many follow, which ends with the last of them', async () => {
    const stream = newStream();
    await store.append(stream, NO_STREAM, sampleEvents(3));
    const readers = await Promise.all(Array.from({ length: 50 }, () => reader()));
    const others = Array.from({ length: 50 }, () => follower.stream(stream, 2, leaving.signal));
    const next = Promise.all((await Promise.all(others)).map((pieces) => pieces.next()));
    await until(() => readers.every(({ seen }) => seen.length === 3));
    expect(store.subscriptions).toBe(1);

    const reads = store.reads;
    await store.append(stream, 2, sampleEvents(1));
    await until(() => readers.every(({ seen }) => seen.length === 4));
    expect((await next).map(({ value }) => value?.length)).toEqual(Array(50).fill(1));
    // Nobody who follows the log live reads; who follows a stream reads that.
    expect(store.reads - reads).toBeLessThanOrEqual(50 * 2);

    leaving.abort();
    await Promise.all(readers.map(({ reading }) => reading));
    await until(() => store.subscriptions === 0);
  });

  it('leaves the process its turns, however many are behind or wait for the next event', async () => {
    const stream = newStream();
    await store.append(stream, NO_STREAM, sampleEvents(1_000));
    const readers = await Promise.all(Array.from({ length: 200 }, () => reader()));
    const given = () => readers.reduce((sum, { seen }) => sum + seen.length, 0);
    const mostInATurn = async (look: () => number, all: number) => {
      let most = 0;
      for (let before = look(); given() < all; before = look()) {
        await nextTurn();
        most = Math.max(most, look() - before);
      }
      return most;
    };
    expect(await mostInATurn(() => store.reads, 200_000)).toBeLessThanOrEqual(4);
    await store.append(stream, 999, sampleEvents(1));
    expect(await mostInATurn(given, 200_200)).toBeLessThanOrEqual(2 * 32);
  });

  it('goes on behind a store that cannot be read for a moment', async () => {
    const stream = newStream();
    await store.append(stream, NO_STREAM, sampleEvents(100));
    store.fail(new EventStoreError('unavailable', 'It is away.'), 1);
    const { seen } = await reader();
    await until(() => seen.length === 100);
    expect(seen).toEqual(await store.readStream(stream));
  });

  it.each(['log', 'stream'] as const)(
    'ends with the error of a store that fails for good, and begins anew behind it (%s)',
    async (what) => {
      const stream = newStream();
      await store.append(stream, NO_STREAM, sampleEvents(3));
      const follow = () =>
        what === 'log'
          ? follower.log(null, leaving.signal)
          : follower.stream(stream, NO_STREAM, leaving.signal);
      const pieces = await follow();
      await pieces.next();
      const waiting = pieces.next();
      store.fail(new EventStoreError('denied', 'No longer.'), 0);
      await expect(soon(waiting)).rejects.toMatchObject({ code: 'denied' });
      expect((await (await follow()).next()).value).toHaveLength(3);
    },
  );

  it('ends when the store closes', async () => {
    const { reading } = await reader();
    await store.close();
    await expect(soon(reading)).rejects.toMatchObject({ code: 'closed' });
  });

  it('holds one piece for a reader that takes nothing, however much there is', async () => {
    const large = JSON.stringify({ text: 'x'.repeat(500_000) });
    for (let count = 0; count < 60; count += 1) {
      await store.append(newStream(), NO_STREAM, [sampleEvent({ data: large })]);
    }
    const pieces = await follower.log(null, leaving.signal);
    for (const most of [33, 34, 35]) {
      expect((await pieces.next()).value).toHaveLength(1);
      await sleep(5);
      expect(store.read).toBeLessThan(most * 510_000);
    }
  });

  it('goes on from the log for a reader that fell behind what is remembered of its end', async () => {
    const { seen } = await reader();
    const stream = newStream();
    const pieces = await follower.log(null, leaving.signal);
    for (let version = NO_STREAM; version < 4_999; version += 500) {
      await store.append(stream, version, sampleEvents(500));
      await sleep(1);
    }
    await until(() => seen.length === 5_000);
    const late: StoredEvent[] = [];
    for await (const piece of pieces) {
      late.push(...piece);
      if (late.length === 5_000) break;
    }
    expect(late).toEqual(seen);
    expect(late).toEqual(await store.readStream(stream));
  });
});
