import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import type { FastifyInstance } from 'fastify';
import { Authenticator } from './authenticator.js';
import type { Principal } from './principal.js';
import { Limits } from './rate-limit/limits.js';

declare module 'fastify' {
  interface FastifyRequest {
    /** Who calls; set on audited routes before anything of the body is read. */
    principal?: Principal;
  }
}

/**
 * Has it known who calls an audited route before its body is read: nobody without a credential has one parsed, and what is
 * wrong with a body is recorded and counted under the name of who sent it. To be called behind `recordAccesses`.
 */
export function authenticateCallers(app: NestFastifyApplication): void {
  const fastify: FastifyInstance = app.getHttpAdapter().getInstance();
  const [authenticator, limits] = [app.get(Authenticator), app.get(Limits)];

  fastify.addHook('onRequest', async (request) => {
    if (request.routeOptions.config?.audited === undefined) return;
    const principal = await authenticator.authenticate(request.headers.authorization, request.ip);
    // Also for who is turned away: the access log names them.
    request.principal = principal;
    limits.countCall(principal.id);
  });
}
