import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Credentials } from '@eventstore/db-client';
import { makeCertificates, type Certificates } from '../support/eventstoredb/certificates.js';
import { ScriptedEventStoreDb } from '../support/eventstoredb/scripted-server.js';
import { until } from '../support/eventstoredb/until.js';
import { all, newEvent, newStream, RawClient } from './raw-client.js';
import { accessDenied, refusalOf, unauthenticated } from './refusal.js';
import { WatchedSubscription } from './watched-subscription.js';

const admin = { username: 'admin', password: 's3cret' };
const ada = { username: 'ada', password: 'ada-pass' };

describe('a scripted EventStoreDB with TLS', () => {
  let certificates: Certificates;
  let server: ScriptedEventStoreDb;
  let raw: RawClient;

  beforeAll(async () => {
    certificates = await makeCertificates();
    server = await ScriptedEventStoreDb.start({
      tls: certificates,
      users: [
        { name: 'admin', password: 's3cret', isAdmin: true },
        { name: 'ada', password: 'ada-pass', isAdmin: false },
      ],
    });
    raw = new RawClient(trusted(server.connectionString));
  });
  afterAll(async () => {
    await raw.close();
    await server.close();
    await certificates.remove();
  });

  const trusted = (connectionString: string) =>
    `${connectionString}&tlsCAFile=${certificates.authorityFile}`;
  const append = (stream: string, credentials: Credentials) =>
    raw.client.appendToStream(stream, newEvent(), { credentials });
  const unreachable = { class: 'UnavailableError', type: 'unavailable', code: 14 };

  it('is trusted by whoever knows its authority, by address and by name', async () => {
    await append(newStream(), admin);
    const byName = new RawClient(trusted(`esdb://admin:s3cret@localhost:${server.port}?tls=true`));
    expect((await all(byName.client.readAll({ maxCount: 1 }))).length).toBe(1);
    await byName.close();
  });

  it('is not trusted by others, nor reached without TLS', async () => {
    for (const tls of ['tls=true', 'tls=false']) {
      const other = new RawClient(`esdb://127.0.0.1:${server.port}?${tls}`);
      const refusal = await refusalOf(() => other.append(newStream(), newEvent()));
      expect(refusal).toMatchObject(unreachable);
      expect(refusal.message).toContain(tls === 'tls=false' ? '' : 'certificate');
      await other.close();
    }
  });

  it('lets nobody in with a wrong password or an unknown name', async () => {
    for (const username of ['admin', 'nobody']) {
      const credentials = { username, password: 'wrong' };
      expect(await refusalOf(() => append(newStream(), credentials))).toEqual(unauthenticated);
      expect(await refusalOf(() => all(raw.client.readAll({ credentials })))).toEqual(
        unauthenticated,
      );
    }
  });

  it('denies those who do not say who they are', async () => {
    expect(await refusalOf(() => raw.revisionsIn(newStream()))).toEqual(accessDenied);
  });

  it('shows the whole log and the streams of the server to admins only', async () => {
    const stream = newStream();
    await append(stream, ada);
    expect(await all(raw.client.readStream(stream, { credentials: ada }))).toHaveLength(1);
    expect(await refusalOf(() => all(raw.client.readAll({ credentials: ada })))).toEqual(
      accessDenied,
    );
    expect(
      await refusalOf(() => all(raw.client.readStream('$ce-observed', { credentials: ada }))),
    ).toEqual(accessDenied);
    const watched = new WatchedSubscription(raw.client.subscribeToAll({ credentials: ada }));
    await until(() => watched.refusal !== undefined);
    expect(watched.refusal).toEqual(accessDenied);
    expect(await all(raw.client.readAll({ credentials: admin, maxCount: 2 }))).toHaveLength(2);
  });

  it('denies what the access list of a stream forbids', async () => {
    const stream = newStream();
    await append(stream, ada);
    const acl = { readRoles: ['$all'], writeRoles: ['$admins'] };
    await raw.client.setStreamMetadata(stream, { acl }, { credentials: admin });
    expect(await refusalOf(() => append(stream, ada))).toEqual(accessDenied);
    expect(await all(raw.client.readStream(stream, { credentials: ada }))).toHaveLength(1);
    await append(stream, admin);
  });

  it('takes credentials of a call before those of the client', async () => {
    const byAda = new RawClient(trusted(`esdb://ada:ada-pass@127.0.0.1:${server.port}?tls=true`));
    expect(await refusalOf(() => all(byAda.client.readAll()))).toEqual(accessDenied);
    await all(byAda.client.readAll({ credentials: admin, maxCount: 1 }));
    expect(await refusalOf(() => all(byAda.client.readAll()))).toEqual(accessDenied);
    await byAda.close();
  });
});
