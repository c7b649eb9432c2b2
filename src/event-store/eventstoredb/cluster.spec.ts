import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedCluster } from '../../../test/support/eventstoredb/scripted-cluster.js';
import type { ScriptedEventStoreDb } from '../../../test/support/eventstoredb/scripted-server.js';
import { until } from '../../../test/support/eventstoredb/until.js';
import { idsOf, newStream, sampleEvents, soon } from '../contract/sample-log.contract.js';
import { NO_STREAM, type StoredEvent } from '../event-store.js';
import { openEventStoreDb } from './eventstoredb-event-store.js';
import type { EventStoreDb } from './retrying-event-store.js';

describe('a cluster of EventStoreDB nodes', () => {
  let cluster: ScriptedCluster;
  let store: EventStoreDb | undefined;

  beforeEach(async () => {
    cluster = await ScriptedCluster.start();
  });
  afterEach(async () => {
    await store?.close();
    await cluster.close();
  });

  const open = async () => {
    store = await openEventStoreDb(`${cluster.connectionString}&discoveryInterval=20`, {
      callMilliseconds: 1_000,
    });
    return store;
  };
  const follower = (): ScriptedEventStoreDb => {
    const [node] = cluster.followers;
    if (node === undefined) throw new Error('The cluster has no follower.');
    return node;
  };
  const storedIn = (stream: string) => cluster.records.filter((each) => each.stream === stream);

  it('is found by the seeds that live', async () => {
    await follower().stop();
    const opened = await open();
    expect((await opened.append(newStream(), NO_STREAM, sampleEvents(1))).version).toBe(0);
    expect(cluster.leader?.appendCalls).toBe(1);
  });

  it('is followed to the leader that it elects', async () => {
    const opened = await open();
    await opened.append(newStream(), NO_STREAM, sampleEvents(1));
    const next = follower();
    cluster.elect(next);
    const stream = newStream();
    expect((await opened.append(stream, NO_STREAM, sampleEvents(1))).version).toBe(0);
    expect(await opened.readStream(stream)).toHaveLength(1);
    expect(next.appendCalls).toBe(1);
  });

  it('loses and doubles nothing when its leader dies under appends and a subscriber', async () => {
    const opened = await open();
    const stop = new AbortController();
    const received: StoredEvent[] = [];
    const reading = (async () => {
      for await (const batch of opened.subscribe(null, stop.signal)) received.push(...batch);
    })();
    const streams = Array.from({ length: 100 }, newStream);
    const appending = streams.map(async (stream, index) => {
      await sleep(index * 4);
      return opened.append(stream, NO_STREAM, sampleEvents(2));
    });
    await sleep(150);
    cluster.leader?.wire.slowDown(20);
    const next = follower();
    await cluster.leader?.stop();
    await sleep(300);
    cluster.elect(next);

    const appended = await Promise.all(appending);
    expect(appended.map(({ version }) => version)).toEqual(streams.map(() => 1));
    for (const stream of streams) expect(storedIn(stream)).toHaveLength(2);
    await until(() => received.length >= 200);
    stop.abort();
    await soon(reading);
    expect(idsOf(received)).toEqual(
      cluster.records
        .filter((each) => each.stream.startsWith('governedRequest-'))
        .map(({ id }) => id),
    );
  });

  it('is looked for by a new client when none of its nodes told who leads', async () => {
    const opened = await open();
    cluster.loseLeader();
    const stream = newStream();
    const appending = opened.append(stream, NO_STREAM, sampleEvents(1));
    await until(() => opened.statistics.replacedClients > 0);
    cluster.elect(follower());
    expect((await soon(appending, 10_000)).version).toBe(0);
    expect(storedIn(stream)).toHaveLength(1);
  });

  it('is unavailable, and nothing is in the dark, as long as nobody leads', async () => {
    store = await openEventStoreDb(`${cluster.connectionString}&discoveryInterval=20`, {
      retryMilliseconds: 1_000,
    });
    cluster.loseLeader();
    await expect(store.append(newStream(), NO_STREAM, sampleEvents(1))).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining('names no node that is ready'),
    });
  });
});
