import { randomUUID } from 'node:crypto';
import type { Acting } from './governed-requests.js';

/** The name under which the service acts by itself. */
const SERVICE = 'docket';

/** What Docket does by itself, in consequence of `causationId`. */
export const serviceActing = (causationId: string): Acting => ({
  actor: SERVICE,
  roles: [],
  causationId,
});

/** What somebody commands: a new command with an id of its own. */
export const callerActing = (
  caller: { readonly id: string; readonly roles: readonly string[] },
  correlationId?: string,
): Acting => ({
  actor: caller.id,
  roles: caller.roles,
  causationId: randomUUID(),
  correlationId,
});
