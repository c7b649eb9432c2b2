import type { Server } from 'node:http';
import type { Socket } from 'node:net';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Shutdown } from '../runtime/shutdown.js';
import { Problem } from './problem.js';
import { sendProblem } from './problem.filter.js';

/**
 * Milliseconds that answers under way may take, and requests that are still arriving: somewhat longer than the ten seconds
 * of an execution that a caller waits for.
 */
const FINISH_WITHIN = 12_000;

/** What ends the service towards its callers; see `hangUpAtShutdown`. */
export type HangUp = () => Promise<void>;

/**
 * Has every answer of a service that is ending tell its caller to come no more over this connection. What it returns
 * stops listening, turns down what still comes over open connections, and resolves when every answer under way is given
 * or its connection broken. To be called before the application listens.
 */
export function hangUpAtShutdown(app: NestFastifyApplication): HangUp {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  const shutdown = app.get(Shutdown);
  const connections = openConnections(fastify.server);
  sendAway(fastify, shutdown);
  return async () => {
    shutdown.refuse();
    for (const socket of connections) if (socket.bytesRead === 0) socket.destroy();
    const late = setTimeout(() => fastify.server.closeAllConnections(), FINISH_WITHIN);
    await app.close().finally(() => clearTimeout(late));
  };
}

/** Node ends idle connections itself, but takes one over which nothing came for busy. */
function openConnections(server: Server): ReadonlySet<Socket> {
  const open = new Set<Socket>();
  server.on('connection', (socket) => {
    open.add(socket);
    socket.once('close', () => open.delete(socket));
  });
  return open;
}

function sendAway(fastify: FastifyInstance, shutdown: Shutdown): void {
  fastify.addHook('onRequest', (_request, reply, done) => {
    if (!shutdown.isRefusing) return done();
    sendProblem(reply, shuttingDown());
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (shutdown.hasBegun) void reply.header('connection', 'close');
    done();
  });
}

const shuttingDown = (): Problem =>
  new Problem('shutting-down', 'Nothing was recorded; try again at another instance.', {
    headers: { 'retry-after': '1' },
  });
