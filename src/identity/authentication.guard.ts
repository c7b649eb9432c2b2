import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.js';
import { Authenticator } from './authenticator.js';
import { hasRole, type Principal, type Role } from './principal.js';
import { Limits } from './rate-limit/limits.js';
import { Roles } from './roles.decorator.js';

declare module 'fastify' {
  interface FastifyRequest {
    principal?: Principal;
  }
}

/** Lets a call through whose credential is good and has one of the route's roles. A route without roles is public. */
@Injectable()
export class AuthenticationGuard implements CanActivate {
  constructor(
    private readonly reflector: Reflector,
    private readonly authenticator: Authenticator,
    private readonly limits: Limits,
  ) {}

  canActivate(context: ExecutionContext): boolean | Promise<boolean> {
    const roles = this.reflector.get(Roles, context.getHandler());
    if (!roles) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const found = this.authenticator.authenticate(request.headers.authorization, request.ip);
    // Most callers have a key and wait for no promise.
    return found instanceof Promise
      ? found.then((principal) => this.admit(request, principal, roles))
      : this.admit(request, found, roles);
  }

  private admit(request: FastifyRequest, principal: Principal, roles: readonly Role[]): boolean {
    // Also for who is turned away: the access log names them.
    request.principal = principal;
    this.limits.countCall(principal.id);
    if (!hasRole(principal, ...roles)) {
      throw new Problem('forbidden', `This needs the role ${roles.join(' or ')}.`);
    }
    return true;
  }
}
