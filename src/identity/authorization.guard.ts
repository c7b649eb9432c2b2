import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { Reflector } from '@nestjs/core';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../http/problem.js';
import { hasRole } from './principal.js';
import { Roles } from './roles.decorator.js';

/** Lets a caller through who has one of the route's roles. A route without roles is public. */
@Injectable()
export class AuthorizationGuard implements CanActivate {
  constructor(private readonly reflector: Reflector) {}

  canActivate(context: ExecutionContext): boolean {
    const roles = this.reflector.get(Roles, context.getHandler());
    if (!roles) return true;
    const { principal } = context.switchToHttp().getRequest<FastifyRequest>();
    if (!principal) throw new Error('Nobody asked who calls a route that needs a role.');
    if (!hasRole(principal, ...roles)) {
      throw new Problem('forbidden', `This needs the role ${roles.join(' or ')}.`);
    }
    return true;
  }
}
