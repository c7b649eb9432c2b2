import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import {
  makeCertificates,
  type Certificates,
} from '../../../test/support/eventstoredb/certificates.js';
import { ScriptedCluster } from '../../../test/support/eventstoredb/scripted-cluster.js';
import { ScriptedEventStoreDb } from '../../../test/support/eventstoredb/scripted-server.js';
import { newStream, sampleEvents } from '../contract/sample-log.contract.js';
import { NO_STREAM } from '../event-store.js';
import { openEventStoreDb } from './eventstoredb-event-store.js';

const ada = { name: 'ada', password: 's3cret', isAdmin: true };
const bob = { name: 'bob', password: 's3cret', isAdmin: false };
const options = { openMilliseconds: 1_000, callMilliseconds: 1_000 };

describe('an EventStoreDB with TLS', () => {
  let known: Certificates;
  let other: Certificates;
  let server: ScriptedEventStoreDb;
  const address = (user: string, authority: Certificates, host = `127.0.0.1:${server.port}`) =>
    `esdb://${user}@${host}?tlsCAFile=${authority.authorityFile}`;

  beforeAll(async () => {
    [known, other] = await Promise.all([makeCertificates(), makeCertificates()]);
  });
  afterAll(() => Promise.all([known.remove(), other.remove()]));
  beforeEach(async () => {
    server = await ScriptedEventStoreDb.start({ tls: known, users: [ada, bob] });
  });
  afterEach(() => server.close());

  it.each(['127.0.0.1', 'localhost'])(
    'takes its user, known by its authority, as %s',
    async (host) => {
      const store = await openEventStoreDb(address('ada:s3cret', known, `${host}:${server.port}`));
      const { version } = await store.append(newStream(), NO_STREAM, sampleEvents(1));
      expect(version).toBe(0);
      await store.close();
    },
  );

  it('cannot be reached when another authority signed its certificate', async () => {
    await expect(openEventStoreDb(address('ada:s3cret', other), options)).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(
        /127\.0\.0\.1:\d+.*certificate of the server is not trusted.*tlsCAFile/,
      ),
    });
  });

  it('cannot be reached without TLS, and the other way about', async () => {
    const insecure = await ScriptedEventStoreDb.start();
    await expect(
      openEventStoreDb(`esdb://127.0.0.1:${server.port}?tls=false`, options),
    ).rejects.toMatchObject({ message: expect.stringContaining('perhaps the server speaks TLS') });
    await expect(
      openEventStoreDb(address('ada:s3cret', known, `127.0.0.1:${insecure.port}`), options),
    ).rejects.toMatchObject({ message: expect.stringContaining('does not speak TLS') });
    await insecure.close();
  });

  it.each(['ada:wrong', 'nobody:s3cret'])('denies a wrong user or password: %s', async (user) => {
    await expect(openEventStoreDb(address(user, known), options)).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringContaining('does not accept the user, password or certificate'),
    });
  });

  it('denies a user without the right to read the whole log, and names that right', async () => {
    await expect(openEventStoreDb(address('bob:s3cret', known), options)).rejects.toMatchObject({
      code: 'denied',
      message: expect.stringMatching(/does not let its user read \$all.*\$admins/),
    });
  });

  it('goes on with the same user when a client is replaced', async () => {
    const store = await openEventStoreDb(address('ada:s3cret', known), {
      callMilliseconds: 300,
      retryMilliseconds: 5_000,
    });
    server.failAppends('no-answer', 2);
    expect((await store.append(newStream(), NO_STREAM, sampleEvents(1))).version).toBe(0);
    expect(store.statistics.replacedClients).toBe(1);
    await store.close();
  });

  it('tells of every seed of a cluster why it does not serve', async () => {
    const cluster = await ScriptedCluster.start(2, { tls: known, users: [ada] });
    const [one, two] = cluster.nodes.map(({ port }) => `127.0.0.1:${port}`);
    await cluster.nodes[0]?.stop();
    await expect(
      openEventStoreDb(address('ada:s3cret', other, `${one},${two}`), options),
    ).rejects.toMatchObject({
      code: 'unavailable',
      message: expect.stringMatching(`${one} .*ECONNREFUSED.*; ${two} .*not trusted`),
    });
    await cluster.close();
  });
});
