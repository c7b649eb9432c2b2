import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedEventStoreDb } from '../../../test/support/eventstoredb/scripted-server.js';
import { newStream, sampleEvents, soon } from '../contract/sample-log.contract.js';
import { NO_STREAM } from '../event-store.js';
import type { ContactChange } from './contact.js';
import { openEventStoreDb } from './eventstoredb-event-store.js';

const inTime = { callMilliseconds: 300, openMilliseconds: 700, retryMilliseconds: 700 };

describe('opening an EventStoreDB that is away, to keep trying', () => {
  let server: ScriptedEventStoreDb;
  let changes: ContactChange[];
  const open = () =>
    openEventStoreDb(server.connectionString, {
      ...inTime,
      whenUnreachable: 'keep-trying',
      onContact: (change) => changes.push(change),
    });

  beforeEach(async () => {
    server = await ScriptedEventStoreDb.start();
    changes = [];
  });
  afterEach(() => server.close());

  it('gives a store whose calls say why, until the server is there', async () => {
    await server.stop();
    const store = await open();
    const away = {
      code: 'unavailable',
      message: expect.stringMatching(`127.0.0.1:${server.port}.*ECONNREFUSED`),
    };
    await expect(store.append(newStream(), NO_STREAM, sampleEvents(1))).rejects.toMatchObject(away);
    await expect(store.readStream(newStream())).rejects.toMatchObject(away);
    await expect(store.head()).rejects.toMatchObject(away);
    await expect(store.check()).rejects.toMatchObject(away);
    await server.startAgain();

    await store.check();
    expect((await store.append(newStream(), NO_STREAM, sampleEvents(1))).version).toBe(0);
    expect(changes).toEqual([
      {
        state: 'unreachable',
        hosts: `127.0.0.1:${server.port}`,
        reason: expect.stringContaining('ECONNREFUSED'),
      },
      { state: 'usable', hosts: `127.0.0.1:${server.port}` },
    ]);
    await store.close();
  });

  it('lets nobody write before the user may read the whole log', async () => {
    await server.stop();
    const store = await open();
    server.denyAccess();
    await server.startAgain();
    const denied = { code: 'denied', message: expect.stringContaining('read $all') };
    await expect(store.append(newStream(), NO_STREAM, sampleEvents(1))).rejects.toMatchObject(
      denied,
    );
    await expect(store.readStream(newStream())).rejects.toMatchObject(denied);
    await expect(store.check()).rejects.toMatchObject(denied);
    expect(server.appendCalls).toBe(0);

    server.denyAccess(false);
    expect((await store.append(newStream(), NO_STREAM, sampleEvents(1))).version).toBe(0);
    expect(changes.map(({ state }) => state)).toEqual(['unreachable', 'denied', 'usable']);
    await store.close();
  });

  it('follows the log from the moment that the server is there', async () => {
    await server.stop();
    const store = await open();
    const stop = new AbortController();
    const reading = (async () => {
      for await (const batch of store.subscribe(null, stop.signal)) return batch.length;
      return 0;
    })();
    await server.startAgain();
    await store.append(newStream(), NO_STREAM, sampleEvents(1));
    expect(await soon(reading, 10_000)).toBe(1);
    await store.close();
  });

  it('still fails at once where trying cannot help', async () => {
    server.denyAccess();
    await expect(open()).rejects.toMatchObject({ code: 'denied' });
    await expect(
      openEventStoreDb('esdb://a?tls=maybe', { whenUnreachable: 'keep-trying' }),
    ).rejects.toMatchObject({ code: 'invalid' });
  });
});
