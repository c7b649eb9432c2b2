import { createServer, type AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { ScriptedEventStoreDb } from '../../../test/support/eventstoredb/scripted-server.js';
import { idsOf, newStream, sampleEvent, sampleEvents } from '../contract/sample-log.contract.js';
import { NO_STREAM } from '../event-store.js';
import { openEventStoreDb } from './eventstoredb-event-store.js';

const inTime = { callMilliseconds: 300, openMilliseconds: 700, retryMilliseconds: 700 };

describe('opening an EventStoreDB', () => {
  let server: ScriptedEventStoreDb;

  beforeEach(async () => {
    server = await ScriptedEventStoreDb.start();
  });
  afterEach(() => server.close());

  it('fails in time and names the host where nothing listens, but no password', async () => {
    const port = await freePort();
    const failure: unknown = await openEventStoreDb(
      `esdb://ada:s3cret@127.0.0.1:${port}`,
      inTime,
    ).catch((error: unknown) => error);

    expect(failure).toMatchObject({
      code: 'unavailable',
      message: expect.stringContaining(`127.0.0.1:${port}`),
    });
    expect(String(failure)).not.toContain('s3cret');
  });

  it('fails in time where a cluster is not found', async () => {
    const port = await freePort();
    const connectionString = `esdb://127.0.0.1:${port},127.0.0.1:${port}?tls=false&maxDiscoverAttempts=2&discoveryInterval=50`;
    await expect(openEventStoreDb(connectionString, inTime)).rejects.toMatchObject({
      code: 'unavailable',
    });
  });

  it('fails in time where a server takes the connection and says nothing', async () => {
    server.wire.silence();
    const start = performance.now();
    await expect(openEventStoreDb(server.connectionString, inTime)).rejects.toMatchObject({
      code: 'unavailable',
    });
    expect(performance.now() - start).toBeLessThan(3_000);
  });

  it('waits for a server that is still starting', async () => {
    await server.stop();
    const opening = openEventStoreDb(server.connectionString, { openMilliseconds: 5_000 });
    setTimeout(() => void server.startAgain(), 300);
    const store = await opening;
    expect(await store.readStream(newStream())).toEqual([]);
    await store.close();
  });

  it('says which rights are missing when the whole log may not be read', async () => {
    server.denyAccess();
    await expect(openEventStoreDb(server.connectionString, inTime)).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringContaining('read $all'),
    });
  });

  it('refuses an authority file that is not there, and a value the client does not take', async () => {
    for (const option of ['tlsCAFile=/nowhere/ca.pem', 'defaultDeadline=-1']) {
      const failure: unknown = await openEventStoreDb(
        `esdb://ada:s3cret@127.0.0.1?${option}`,
      ).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 'invalid' });
      expect(String(failure)).not.toContain('s3cret');
    }
  });
});

describe('an EventStoreDB that other applications share', () => {
  let server: ScriptedEventStoreDb;

  beforeEach(async () => {
    server = await ScriptedEventStoreDb.start();
  });
  afterEach(() => server.close());

  it('shows only the streams of this service', async () => {
    const store = await openEventStoreDb(server.connectionString);
    expect(await store.head()).toBeNull();
    expect(await store.readAll(null, 10)).toEqual([]);

    server.writeForeign(1_500);
    const first = await store.append(newStream(), NO_STREAM, sampleEvents(1));
    server.writeForeign(1_500);
    expect(await store.head()).toBe(first.position);
    const last = await store.append(newStream(), NO_STREAM, sampleEvents(1));
    server.writeForeign(10);

    expect(await store.head()).toBe(last.position);
    const log = await store.readAll(null, 10);
    expect(log.map(({ position }) => position)).toEqual([first.position, last.position]);
    expect(await store.readAll(null, 1)).toEqual(log.slice(0, 1));
    expect(await store.readAll(first.position, 1)).toEqual(log.slice(1));
    await store.close();
  });

  it('takes the position of a foreign event for unknown', async () => {
    const store = await openEventStoreDb(server.connectionString);
    server.writeForeign(1);
    const foreign = server.records.at(-1)?.position ?? null;
    await expect(store.readAll(foreign, 1)).rejects.toMatchObject({ code: 'position-unknown' });
    await store.close();
  });

  it('shows the streams it is told to show', async () => {
    const store = await openEventStoreDb(server.connectionString, { streamPrefixes: ['audit-'] });
    const events = sampleEvents(2);
    await store.append(newStream(), NO_STREAM, sampleEvents(1));
    await store.append('audit-1', NO_STREAM, events);
    expect(idsOf(await store.readAll(null, 10))).toEqual(idsOf(events));
    await store.close();
  });

  it('refuses JSON text that the client would write in another way', async () => {
    const store = await openEventStoreDb(server.connectionString);
    for (const data of ['{"a": 1}', '{"b":1,"1":2}', '{"a":1,"a":2}', '1.0', '"\\u0041"']) {
      await expect(
        store.append(newStream(), NO_STREAM, [sampleEvent({ data })]),
      ).rejects.toMatchObject({ code: 'invalid' });
    }
    await store.close();
  });
});

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await new Promise((resolve) => probe.once('listening', resolve));
  const { port } = probe.address() as AddressInfo;
  await new Promise((resolve) => probe.close(resolve));
  return port;
}
