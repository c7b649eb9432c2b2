import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import type { DynamicModule } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { nestLogger } from '../runtime/logger.js';
import { AnswersUnderWay } from './answers-under-way.js';
import { refuseMalformedHttp } from './client-error.js';
import { parseJsonBodies } from './json-body.js';
import { serveOpenApi } from './openapi.js';
import { ProblemFilter, sendProblem } from './problem.filter.js';
import { RouteTable } from './route-table.js';
import { SECURITY_HEADERS } from './security-headers.js';
import { boundServer, SERVER_OPTIONS } from './server-bounds.js';
import { toProblem } from './to-problem.js';
import { validationPipe } from './validation.pipe.js';

const MAX_BODY = 1_048_576;
const MAX_REQUEST_TIME = 60_000;
/** Node's own bound for address and headers together: the schemas say what is wrong with a shorter one. */
const MAX_ADDRESS = 16_384;

/** The HTTP edge around a module: bodies, validation, problem details, security headers, OpenAPI. */
export async function createHttpApp(
  module: DynamicModule,
  log: Logger,
): Promise<NestFastifyApplication> {
  const answers = new AnswersUnderWay();
  const adapter = new FastifyAdapter({
    bodyLimit: MAX_BODY,
    requestTimeout: MAX_REQUEST_TIME,
    forceCloseConnections: 'idle',
    return503OnClosing: false,
    http: SERVER_OPTIONS,
    routerOptions: { maxParamLength: MAX_ADDRESS, ignoreTrailingSlash: false },
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply.headers(SECURITY_HEADERS), toProblem(error)),
    clientErrorHandler: refuseMalformedHttp(answers),
  });
  const fastify: FastifyInstance = adapter.getInstance();
  const routes = new RouteTable(fastify);
  parseJsonBodies(fastify);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: nestLogger(log),
    abortOnError: false,
  });
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.headers(SECURITY_HEADERS);
    done();
  });
  answers.watch(fastify.server);
  boundServer(fastify);
  app.useGlobalPipes(validationPipe);
  app.useGlobalFilters(new ProblemFilter(routes, log));
  serveOpenApi(app);
  return app;
}
