import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedEventStoreDb } from '../../../test/support/eventstoredb/scripted-server.js';
import { until } from '../../../test/support/eventstoredb/until.js';
import { idsOf, newStream, sampleEvents, soon } from '../contract/sample-log.contract.js';
import { NO_STREAM, type StoredEvent } from '../event-store.js';
import type { SubscriptionDrop } from './catch-up-subscription.js';
import { openEventStoreDb } from './eventstoredb-event-store.js';
import type { EventStoreDb } from './retrying-event-store.js';

describe('a subscription to an EventStoreDB that fails', () => {
  let server: ScriptedEventStoreDb;
  let store: EventStoreDb;
  let stop: AbortController;
  let drops: SubscriptionDrop[];

  beforeEach(async () => {
    server = await ScriptedEventStoreDb.start();
    drops = [];
    stop = new AbortController();
    store = await openEventStoreDb(server.connectionString, {
      callMilliseconds: 3_000,
      onDrop: (drop) => drops.push(drop),
    });
  });
  afterEach(async () => {
    stop.abort();
    await store.close();
    await server.close();
  });

  it('resumes in the middle of the replay', async () => {
    const stream = await fill(3_000);
    let cuts = 0;
    const reading = take(3_000, async (_, soFar) => {
      if (soFar < 700 * (cuts + 1)) return;
      cuts += 1;
      server.wire.cut();
      await sleep(5);
    });
    server.wire.slowDown(1);

    expect(idsOf(await soon(reading, 45_000))).toEqual(idsOf(await store.readStream(stream)));
    expect(cuts).toBeGreaterThan(1);
    expect(drops.length).toBeGreaterThan(0);
  }, 60_000);

  it('resumes live, whatever drops it and however often', async () => {
    const stream = await fill(10);
    const reading = take(60);
    for (let version = 9; version < 59; version += 5) {
      await breakSomething(version);
      await store.append(stream, version, sampleEvents(5));
    }
    expect(idsOf(await soon(reading, 15_000))).toEqual(idsOf(await store.readStream(stream)));
    expect(drops.length).toBeGreaterThan(1);
    expect(drops.map(({ reason }) => reason).join()).toContain('Consumer too slow');
  });

  it('goes on behind a restart of the server', async () => {
    const stream = await fill(5);
    const reading = take(10);
    await sleep(100);
    await server.stop();
    await sleep(200);
    await server.startAgain();
    await store.append(stream, 4, sampleEvents(5));
    expect(idsOf(await soon(reading, 10_000))).toEqual(idsOf(await store.readStream(stream)));
  });

  it('begins as soon as a silent server speaks', async () => {
    const stream = await fill(3);
    const impatient = { callMilliseconds: 300, retryMilliseconds: 500 };
    await store.close();
    store = await openEventStoreDb(server.connectionString, impatient);
    server.wire.silence();
    const reading = take(3);
    await sleep(1_500);
    server.wire.speak();
    expect(idsOf(await soon(reading, 10_000))).toEqual(idsOf(await store.readStream(stream)));
  });

  it('leaves a feed that its reader cannot follow, and takes it up again without loss', async () => {
    const stream = await fill(10);
    const stall = Promise.withResolvers<void>();
    let received = 0;
    const reading = take(4_011, async (_, soFar) => {
      received = soFar;
      if (soFar > 10) await stall.promise;
    });
    await until(() => received === 10);
    await store.append(stream, 9, sampleEvents(1));
    for (let version = 10; version < 4_010; version += 500) {
      await store.append(stream, version, sampleEvents(500));
    }
    await until(() => server.subscriberCount === 0);
    stall.resolve();

    expect(idsOf(await soon(reading, 15_000))).toEqual(idsOf(await store.readStream(stream)));
    expect(drops).toEqual([]);
  });

  it('holds back the replay for a reader that stalls', async () => {
    const stream = await fill(5_000);
    const stall = Promise.withResolvers<void>();
    const reading = take(5_000, async () => stall.promise);
    await sleep(500);
    stall.resolve();
    expect(idsOf(await soon(reading, 15_000))).toEqual(idsOf(await store.readStream(stream)));
  });

  it('ends with position-unknown when the log was set back behind what it has read', async () => {
    await fill(5);
    const length = server.records.length;
    await fill(5);
    const reading = take(100);
    await sleep(200);
    server.setBack(length);
    server.wire.cut();
    await expect(soon(reading)).rejects.toMatchObject({ code: 'position-unknown' });
  });

  it('is told and counted once for each drop, and what waits for its reader is counted', async () => {
    const stream = await fill(3_000);
    const stall = Promise.withResolvers<void>();
    const reading = take(3_001, async () => stall.promise);
    await until(() => store.statistics.bufferedEvents > 1_000);
    stall.resolve();
    await until(() => store.statistics.bufferedEvents === 0);
    expect(store.statistics).toMatchObject({ subscriptions: 1, subscriptionDrops: 0 });

    await server.stop();
    await sleep(1_000);
    expect(store.statistics).toMatchObject({ subscriptions: 0, subscriptionDrops: 1 });
    await server.startAgain();
    await store.append(stream, 2_999, sampleEvents(1));
    await soon(reading, 10_000);
    expect(drops).toHaveLength(1);
    expect(store.statistics).toMatchObject({ subscriptions: 0, bufferedEvents: 0 });
  });

  it('leaves nothing behind on the server when its reader goes', async () => {
    await fill(5);
    await take(5);
    await until(() => server.subscriberCount === 0);
    let received = 0;
    const waiting = take(100, async (_, soFar) => {
      received = soFar;
    });
    await until(() => received === 5);
    stop.abort();
    expect(await soon(waiting, 1_000)).toHaveLength(5);
    await until(() => server.subscriberCount === 0);
    expect(drops).toEqual([]);
  });

  async function fill(count: number): Promise<string> {
    const stream = newStream();
    for (let version = NO_STREAM; version < count - 1;) {
      const size = Math.min(500, count - 1 - version);
      version = (await store.append(stream, version, sampleEvents(size))).version;
    }
    return stream;
  }

  async function take(
    count: number,
    onBatch: (batch: readonly StoredEvent[], soFar: number) => Promise<void> = async () => {},
  ): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    for await (const batch of store.subscribe(null, stop.signal)) {
      events.push(...batch);
      await onBatch(batch, events.length);
      if (events.length >= count) break;
    }
    return events;
  }

  async function breakSomething(version: number): Promise<void> {
    await sleep(40);
    if (version % 2 === 0) server.wire.cut();
    else server.dropSubscribers();
  }
});
