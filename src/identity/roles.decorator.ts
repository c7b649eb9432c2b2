import { Reflector } from '@nestjs/core';
import type { Role } from './principal.js';

/** The roles that may call a route; a caller needs one of them. */
export const Roles = Reflector.createDecorator<readonly Role[]>();
