import type { Principal } from '../../../src/identity/principal.js';

/** Somebody who calls with a key, and whatever else is told of them. */
export const person = (id: string, more: Partial<Principal> = {}): Principal => ({
  id,
  kind: 'human',
  roles: [],
  groups: [],
  credential: 'key:0123456789abcdef',
  ...more,
});
