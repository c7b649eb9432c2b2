import { randomInt } from 'node:crypto';
import { createServer } from 'node:net';
import { ManagedGatewayError } from './managed-gateway.errors.js';

const ATTEMPTS = 50;

/**
 * Below the ports that systems give to outgoing connections: OpenClaw binds seconds after the port was found free, and a
 * port from `listen(0)` could be lent to any connection in between.
 */
const FIRST_PORT = 20_000;
const LAST_PORT = 32_000;

/** A TCP port on 127.0.0.1 that nothing listens on. Throws `no-free-port`. */
export async function freePort(): Promise<number> {
  for (let attempt = 0; attempt < ATTEMPTS; attempt += 1) {
    const port = randomInt(FIRST_PORT, LAST_PORT);
    if (await isFree(port)) return port;
  }
  throw new ManagedGatewayError(
    'no-free-port',
    'No free port was found on 127.0.0.1 for OpenClaw.',
  );
}

function isFree(port: number): Promise<boolean> {
  const { promise, resolve } = Promise.withResolvers<boolean>();
  const server = createServer();
  server.once('error', () => resolve(false));
  server.listen({ port, host: '127.0.0.1', exclusive: true }, () => {
    server.close(() => resolve(true));
  });
  return promise;
}
