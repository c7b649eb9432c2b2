import { once } from 'node:events';
import { createServer, type AddressInfo } from 'node:net';
import { afterEach, describe, expect, it } from '@jest/globals';
import { isListening, listensWithin } from './server-address.js';
import { ServerProcess } from './server-process.js';

describe('a server under test', () => {
  let server: ServerProcess | undefined;

  afterEach(async () => {
    server?.signal('SIGKILL');
    await server?.ended(1_000);
  });

  it.each(['SIGKILL', 'SIGTERM'] as const)(
    'ends by %s with everything that its command line started',
    async (signal) => {
      const port = await freePort();
      server = new ServerProcess(`cd / && ${listenAt(port)}`);
      expect(await listens(server, port)).toBe(true);

      server.signal(signal);
      await server.ended(5_000);
      expect(server.isRunning).toBe(false);
      expect(await isListening(port)).toBe(false);
    },
  );

  it('is killed when it does not stop in time', async () => {
    const port = await freePort();
    server = new ServerProcess(listenAt(port, `process.on('SIGTERM', () => {});`));
    expect(await listens(server, port)).toBe(true);

    server.signal('SIGTERM');
    await server.ended(200);
    expect(await isListening(port)).toBe(false);
  });

  it('starts again at the same port', async () => {
    const port = await freePort();
    for (let start = 0; start < 2; start += 1) {
      server = new ServerProcess(listenAt(port));
      expect(await listens(server, port)).toBe(true);
      server.signal('SIGKILL');
      await server.ended(1_000);
    }
  });

  it('is given up at once when its command fails, and what it said is kept', async () => {
    const port = await freePort();
    server = new ServerProcess('echo "no such option" >&2; exit 3');
    const failing = server;
    expect(await listensWithin(port, 10_000, () => !failing.isRunning)).toBe(false);
    expect(server.output).toBe('no such option');
  });
});

const listens = (server: ServerProcess, port: number): Promise<boolean> =>
  listensWithin(port, 10_000, () => !server.isRunning);

const listenAt = (port: number, before = ''): string =>
  `"${process.execPath}" -e "${before} require('node:net').createServer().listen(${port}, '127.0.0.1')"`;

async function freePort(): Promise<number> {
  const probe = createServer().listen(0, '127.0.0.1');
  await once(probe, 'listening');
  const { port } = probe.address() as AddressInfo;
  probe.close();
  await once(probe, 'close');
  return port;
}
