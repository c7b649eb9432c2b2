import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { fastify, type FastifyInstance } from 'fastify';
import { until } from '../../../test/support/docket/until.js';
import { person } from '../../../test/support/governed/person.js';
import { watchStore, type WatchedStore } from '../../../test/support/watched-store.js';
import { Access } from '../../access-log/access.js';
import { NOTHING_SHOWN } from '../../access-log/shown.js';
import { newStream, sampleEvent } from '../../event-store/contract/sample-log.contract.js';
import { NO_STREAM } from '../../event-store/event-store.js';
import { createInMemoryEventStore } from '../../event-store/in-memory/in-memory-event-store.js';
import { issueKey } from '../../identity/api-key.js';
import { Authenticator } from '../../identity/authenticator.js';
import { KeyRing } from '../../identity/key-ring.js';
import { Limits } from '../../identity/rate-limit/limits.js';
import { createLogger } from '../../runtime/logger.js';
import { EventFollower } from './event-follower.js';
import { EventStreams } from './event-streams.js';
import type { StreamSettings } from './stream-settings.js';

const AUDREY = person('audrey', { roles: ['auditor'] });
const { stored, plain } = issueKey(AUDREY);
const authenticator = new Authenticator(
  new KeyRing([stored]),
  null,
  new Limits({ perIdentity: 0, failuresPerAddress: 0 }, Date.now),
);
const BOUNDS = {
  max: 10,
  maxPerIdentity: 10,
  heartbeat: 20,
  patience: 10_000,
  recheck: 50,
  retry: 1,
};
const MEBIBYTE = 1_048_576;
const LOG = 50 * MEBIBYTE;

describe('A reader who does not read', () => {
  const log = createInMemoryEventStore();
  let store: WatchedStore;
  let streams: EventStreams;
  let server: FastifyInstance;
  let address: URL;
  let sockets: Socket[];

  beforeAll(async () => {
    const data = JSON.stringify({ text: 'x'.repeat(250_000) });
    for (let written = 0; written < LOG; written += data.length) {
      await log.append(newStream(), NO_STREAM, [sampleEvent({ data })]);
    }
  });
  afterAll(() => log.close());
  beforeEach(() => {
    store = watchStore(log);
    sockets = [];
  });
  afterEach(async () => {
    for (const socket of sockets) socket.destroy();
    await streams.beforeApplicationShutdown();
    await server.close();
  });

  async function serve(settings: Partial<StreamSettings> = {}): Promise<void> {
    streams = new EventStreams({ ...BOUNDS, ...settings }, createLogger('silent'), authenticator);
    const follower = new EventFollower(store);
    server = fastify();
    server.get('/', async (_request, reply) => {
      const file = await streams.serve(AUDREY, reply, async (signal) => ({
        after: null,
        pieces: await follower.log(null, signal),
        sending: new Access('', () => {}).begins(NOTHING_SHOWN),
      }));
      return reply.type('text/event-stream').send(file?.getStream());
    });
    address = new URL(await server.listen({ host: '127.0.0.1', port: 0 }));
  }

  /** Asks for the stream, so many times at once, and takes nothing of it. */
  async function ask(times = 1): Promise<Socket> {
    const socket = connect({ host: '127.0.0.1', port: Number(address.port) });
    socket.on('error', () => undefined);
    socket.pause();
    sockets.push(socket);
    await once(socket, 'connect');
    socket.write(
      `GET / HTTP/1.1\r\nhost: docket\r\nauthorization: Bearer ${plain}\r\n\r\n`.repeat(times),
    );
    return socket;
  }

  const isHeldBack = async () => {
    await until(async () => {
      const read = store.read;
      await sleep(300);
      return read > 0 && store.read === read;
    });
  };

  it('is held back with what the connection takes, and given all the rest once it reads', async () => {
    await serve();
    const socket = await ask();
    await isHeldBack();
    // The buffers of the operating system and a few pieces, of 50 MiB.
    expect(store.read).toBeLessThan(16 * MEBIBYTE);

    let received = 0;
    socket.on('data', (chunk) => (received += chunk.length));
    socket.resume();
    await until(() => received > LOG);
    expect(streams.drops).toBe(0);
  });

  it('is dropped when it took nothing for too long, with nothing left of it', async () => {
    await serve({ patience: 400 });
    const socket = await ask();
    await until(() => streams.open === 1);
    await until(() => streams.drops === 1);
    await until(() => streams.open === 0 && store.subscriptions === 0);
    expect(store.read).toBeLessThan(16 * MEBIBYTE);
    socket.resume();
    await until(() => socket.destroyed);
  });

  it('is not dropped while it takes a little now and then', async () => {
    await serve({ patience: 1_000 });
    const socket = await ask();
    for (let turn = 0; turn < 9; turn += 1) {
      socket.resume();
      await sleep(20);
      socket.pause();
      await sleep(130);
    }
    expect([streams.drops, streams.open]).toEqual([0, 1]);
  });

  it('does not hold up the end of the service', async () => {
    await serve();
    const socket = await ask();
    await isHeldBack();
    const begun = Date.now();
    await streams.beforeApplicationShutdown();
    expect(Date.now() - begun).toBeLessThan(2_500);
    await until(() => streams.open === 0);
    socket.resume();
    await until(() => socket.destroyed);
    const late = await ask();
    const [answer] = (await once(late.resume(), 'data')) as [Buffer];
    expect(answer.toString()).not.toContain('text/event-stream');
  });

  it('leaves nothing when it goes, however many streams it asked for on its connection', async () => {
    await serve();
    const socket = await ask(5);
    await until(() => streams.open === 5);
    await isHeldBack();
    socket.destroy();
    await until(() => streams.open === 0 && store.subscriptions === 0);
  });
});
