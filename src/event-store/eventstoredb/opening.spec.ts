import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { unusedPort } from '../../../test/support/unused-port.js';
import { ScriptedEventStoreDb } from '../../../test/support/eventstoredb/scripted-server.js';
import { newStream, sampleEvents } from '../contract/sample-log.contract.js';
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
    const port = await unusedPort();
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
    const port = await unusedPort();
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

  it('refuses files that are not there, and reads no password aloud', async () => {
    const failure: unknown = await openEventStoreDb(
      'esdb://ada:s3cret@127.0.0.1?tlsCAFile=/nowhere/ca.pem',
    ).catch((error: unknown) => error);
    expect(failure).toMatchObject({
      code: 'invalid',
      message: expect.stringContaining('tlsCAFile: there is no file /nowhere/ca.pem'),
    });
    expect(String(failure)).not.toContain('s3cret');
  });

  it('takes the limit of a try from the connection string', async () => {
    const store = await openEventStoreDb(`${server.connectionString}&defaultDeadline=200`, {
      retryMilliseconds: 100,
    });
    server.failAppends('no-answer');
    const start = performance.now();
    await expect(store.append(newStream(), NO_STREAM, sampleEvents(1))).rejects.toMatchObject({
      code: 'outcome-unknown',
    });
    expect(performance.now() - start).toBeLessThan(2_000);
    await store.close();
  });
});
