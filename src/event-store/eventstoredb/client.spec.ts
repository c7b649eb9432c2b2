import { X509Certificate } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import { Client as RpcClient, credentials, Metadata, status } from '@grpc/grpc-js';
import { jsonEvent, UnavailableError } from '@eventstore/db-client';
import { describe, expect, it } from '@jest/globals';
import { unusedPort } from '../../../test/support/unused-port.js';
import { generate } from 'selfsigned';
import { Client } from './client.js';
import { parseConnectionString } from './connection-string.js';

describe('the client of EventStoreDB', () => {
  it('looks in vain for another node behind a failed call without ending the process', async () => {
    const [one, other] = [await unusedPort(), await unusedPort()];
    const address = parseConnectionString(
      `esdb://127.0.0.1:${one},127.0.0.1:${other}?tls=false&maxDiscoverAttempts=1`,
    );
    const client = Client.connect(address, {});
    const rpc = new RpcClient(`127.0.0.1:${one}`, credentials.createInsecure());

    const search = client.findNode();
    // The package calls it so from where nobody hears of a rejection.
    const reconnecting = client['handleError'](rpc, new UnavailableError(unavailable));
    await expect(search).rejects.toThrow('Failed to discover');
    await expect(reconnecting).resolves.toBeUndefined();
    rpc.close();
    await client.close();
  });

  it('fails a call on a connection that was closed a moment ago, and nothing else', async () => {
    const address = parseConnectionString(`esdb://127.0.0.1:${await unusedPort()}?tls=false`);
    const client = Client.connect(address, {});
    await client.findNode();
    const append = () =>
      client.appendToStream('governedRequest-1', jsonEvent({ type: 'Submitted', data: {} }));
    await expect(append()).rejects.toMatchObject({ type: 'unavailable' });
    await expect(client.readStream('governedRequest-1').toArray()).rejects.toThrow('UNAVAILABLE');
    await client.findNode();
    await client.close();
    await expect(append()).rejects.toMatchObject({ failure: { kind: 'unavailable' } });
  });

  it('shows the server the certificate of its user', async () => {
    const { cert, private: key } = await generate([{ name: 'commonName', value: 'localhost' }], {
      algorithm: 'sha256',
      keyType: 'ec',
    });
    const [certificate, privateKey] = [Buffer.from(cert), Buffer.from(key)];
    const seen = Promise.withResolvers<string>();
    const tls = { cert, key, ca: cert, requestCert: true, ALPNProtocols: ['h2'] };
    const server = createTlsServer(tls, (socket) => {
      seen.resolve(socket.getPeerCertificate().fingerprint256);
      socket.on('error', () => {}).destroy();
    }).listen(0, 'localhost');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;

    const client = Client.connect(
      parseConnectionString(`esdb://localhost:${port}?userCertFile=/ada.pem&userKeyFile=/ada.key`),
      { authority: certificate, user: { certificate, key: privateKey } },
    );
    await expect(client.readStream('governedRequest-1').toArray()).rejects.toThrow('UNAVAILABLE');
    expect(await seen.promise).toBe(new X509Certificate(cert).fingerprint256);
    await client.close();
    server.close();
  });
});

const unavailable = Object.assign(new Error('14 UNAVAILABLE'), {
  code: status.UNAVAILABLE,
  details: '',
  metadata: new Metadata(),
});
