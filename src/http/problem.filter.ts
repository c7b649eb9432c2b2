import { Catch, NotFoundException, type ArgumentsHost, type ExceptionFilter } from '@nestjs/common';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Logger } from 'pino';
import { z } from 'zod';
import type { ProblemCode } from './problem-codes.js';
import type { Problem } from './problem.js';
import type { RouteTable } from './route-table.js';
import { toProblem } from './to-problem.js';

declare module 'fastify' {
  interface FastifyReply {
    /** The code of the problem that is answered, if it is one. */
    problemCode?: ProblemCode;
  }
}

/** In a flood there is one for each call, and a line for each would be another flood. */
const TOLD_BY_METRICS: ReadonlySet<ProblemCode> = new Set([
  'saturated',
  'too-many-streams',
  'access-not-recordable',
  'view-behind',
  'shutting-down',
]);

/**
 * Answers everything that is thrown as problem details. What nobody expected is logged with its stack, never sent; what is
 * away, with the reason.
 */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(
    private readonly routes: RouteTable,
    private readonly log: Logger,
  ) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const request = http.getRequest<FastifyRequest>();
    if (isUnread(error, request)) return;
    const { method, url } = request;
    const problem =
      error instanceof NotFoundException ? this.routes.unroutable(method, url) : toProblem(error);
    this.#tell(error, problem);
    sendProblem(http.getResponse<FastifyReply>(), problem);
  }

  #tell(error: unknown, { code, status, message }: Problem): void {
    if (status < 500 || TOLD_BY_METRICS.has(code)) return;
    if (status !== 503) return this.log.error({ err: error, code }, 'request failed');
    const reason = error instanceof Error ? error.message : message;
    this.log.warn({ code, reason }, 'request failed');
  }
}

/** Whether all that happened is that a stream found nobody to read it: no fault, and nobody to answer. */
const isUnread = (error: unknown, { socket }: FastifyRequest): boolean =>
  socket.destroyed && unread.safeParse(error).success;

const unread = z.object({ code: z.literal('ERR_STREAM_PREMATURE_CLOSE') });

/** Answers with the problem. */
export function sendProblem(reply: FastifyReply, problem: Problem): void {
  reply.problemCode = problem.code;
  void reply
    .status(problem.status)
    .headers(problem.headers)
    .type('application/problem+json; charset=utf-8')
    .send(problem.details);
}
