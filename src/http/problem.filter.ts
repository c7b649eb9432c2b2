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

/** Answers everything that is thrown as problem details; what nobody expected is logged with its stack, never sent. */
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
    if (problem.status >= 500) this.log.error({ err: error, code: problem.code }, 'request failed');
    sendProblem(http.getResponse<FastifyReply>(), problem);
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
