import { RouteConfig } from '@nestjs/platform-fastify';
import type { Action } from './actions.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** What a call of the route is in the access log. */
    readonly audited?: Action;
  }
}

/** What is done by calling this route, for the access log. Every route under `/v1` needs one. */
export const Audited = (audited: Action): MethodDecorator => RouteConfig({ audited });
