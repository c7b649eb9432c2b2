import type { ServerOptions } from 'node:http';
import type { FastifyInstance } from 'fastify';
import { Problem } from './problem.js';
import { sendProblem } from './problem.filter.js';

const HEADERS_WITHIN = 10_000;
const CHECK_EVERY = 5_000;
/** Fewer than the file handles of a usual process (4,096 and more), so that stores and gateway keep some. */
const MAX_CONNECTIONS = 3_000;

/** How long a connection may take over its headers, and what is answered here instead of by Node alone. */
export const SERVER_OPTIONS: ServerOptions = {
  headersTimeout: HEADERS_WITHIN,
  connectionsCheckingInterval: CHECK_EVERY,
  requireHostHeader: false,
};

/** Bounds connections, and gives every answer of Node's own the form of ours. */
export function boundServer(fastify: FastifyInstance): void {
  const { server } = fastify;
  server.maxConnections = MAX_CONNECTIONS;
  // What Docket does not know of `Expect` it need not refuse (RFC 9110, 10.1.1); Node would, without a body.
  server.on('checkExpectation', (request, response) => {
    server.emit('request', request, response);
  });
  fastify.addHook('onRequest', (request, reply, done) => {
    if (request.raw.httpVersion !== '1.1' || request.raw.headers.host !== undefined) return done();
    sendProblem(reply, new Problem('invalid-request', 'An HTTP/1.1 request needs a Host header.'));
  });
}
