import { randomUUID } from 'node:crypto';
import type { Principal } from '../identity/principal.js';
import type { Acting } from './governed-requests.js';

/** The name under which the service acts by itself. */
const SERVICE = 'docket';

/** What Docket does by itself, in consequence of `causationId`. */
export const serviceActing = (causationId: string): Acting => ({
  actor: SERVICE,
  actorKind: 'service',
  roles: [],
  groups: [],
  credential: null,
  causationId,
});

/** What somebody commands: a new command with an id of its own. */
export const callerActing = (caller: Principal, correlationId?: string): Acting => ({
  actor: caller.id,
  actorKind: caller.kind,
  roles: caller.roles,
  groups: caller.groups,
  credential: caller.credential,
  causationId: randomUUID(),
  correlationId,
});
