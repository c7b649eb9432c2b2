import { NestFactory } from '@nestjs/core';
import { FastifyAdapter, type NestFastifyApplication } from '@nestjs/platform-fastify';
import helmet from '@fastify/helmet';
import type { DynamicModule } from '@nestjs/common';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { nestLogger } from '../runtime/logger.js';
import { refuseMalformedHttp } from './client-error.js';
import { parseJsonBodies } from './json-body.js';
import { serveOpenApi } from './openapi.js';
import { ProblemFilter, sendProblem } from './problem.filter.js';
import { RouteTable } from './route-table.js';
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
  const adapter = new FastifyAdapter({
    bodyLimit: MAX_BODY,
    requestTimeout: MAX_REQUEST_TIME,
    forceCloseConnections: 'idle',
    routerOptions: { maxParamLength: MAX_ADDRESS, ignoreTrailingSlash: false },
    frameworkErrors: (error: Error, _request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, toProblem(error)),
    clientErrorHandler: refuseMalformedHttp,
  });
  const fastify: FastifyInstance = adapter.getInstance();
  const routes = new RouteTable(fastify);
  parseJsonBodies(fastify);
  const app = await NestFactory.create<NestFastifyApplication>(module, adapter, {
    bodyParser: false,
    logger: nestLogger(log),
    abortOnError: false,
  });
  await app.register(helmet, SECURITY_HEADERS);
  fastify.addHook('onRequest', (_request, reply, done) => {
    void reply.header('content-security-policy', CONTENT_SECURITY_POLICY);
    done();
  });
  app.useGlobalPipes(validationPipe);
  app.useGlobalFilters(new ProblemFilter(routes, log));
  serveOpenApi(app);
  return app;
}

/** Without those that only browsers of the past know, and the policy below. */
const SECURITY_HEADERS = {
  contentSecurityPolicy: false,
  originAgentCluster: false,
  xDnsPrefetchControl: false,
  xDownloadOptions: false,
  xPermittedCrossDomainPolicies: false,
  xXssProtection: false,
};

/** Nothing from elsewhere is loaded or framed; the docs page brings inline styles. A constant, as it is sent with every answer. */
const CONTENT_SECURITY_POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "font-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');
