import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.js';
import { Authenticator } from './authenticator.js';
import { hasRole, type Principal } from './principal.js';
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
  ) {}

  canActivate(context: ExecutionContext): boolean {
    const roles = this.reflector.get(Roles, context.getHandler());
    if (!roles) return true;
    const request = context.switchToHttp().getRequest<FastifyRequest>();
    const principal = this.authenticator.authenticate(request.headers.authorization);
    if (!hasRole(principal, ...roles)) {
      throw new Problem('forbidden', `This needs the role ${roles.join(' or ')}.`);
    }
    request.principal = principal;
    return true;
  }
}
