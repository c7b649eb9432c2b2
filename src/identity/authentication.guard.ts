import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.js';
import { KeyRing } from './key-ring.js';
import { hasRole, type Principal } from './principal.js';
import { Roles } from './roles.decorator.js';

declare module 'fastify' {
  interface FastifyRequest {
    principal?: Principal;
  }
}

const BEARER = /^Bearer +(\S+) *$/i;

/** Lets a call through when its bearer key is known and has one of the route's roles. A route without roles is public. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly keys: KeyRing,
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const roles = this.reflector.get(Roles, context.getHandler());
    if (!roles) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = this.authenticate(request.headers.authorization);
    if (!hasRole(principal, ...roles)) {
      throw new Problem('forbidden', `This needs the role ${roles.join(' or ')}.`);
    }
    request.principal = principal;
    return true;
  }

  private authenticate(authorization: string | undefined): Principal {
    const [, key] = BEARER.exec(authorization ?? '') ?? [];
    const principal = key === undefined ? null : this.keys.authenticate(key);
    if (principal) return principal;
    throw new Problem('unauthenticated', 'Send a valid key as Authorization: Bearer <key>.', {
      headers: { 'www-authenticate': 'Bearer realm="docket"' },
    });
  }
}
