import { createParamDecorator, type ExecutionContext } from '@nestjs/common';
import type { FastifyRequest } from 'fastify';
import type { z } from 'zod';
import { invalidRequest } from './validation.pipe.js';

/** The call's headers as the schema has them; a wrong one is a 400 that names it. */
export const ParsedHeaders = (schema: z.ZodType): ParameterDecorator =>
  createParamDecorator((_: unknown, context: ExecutionContext) => {
    const result = schema.safeParse(context.switchToHttp().getRequest<FastifyRequest>().headers);
    if (result.success) return result.data;
    throw invalidRequest(result.error.issues);
  })();
