import { writeFileSync } from 'node:fs';
import { issueKey, type StoredKey } from '../../../src/identity/api-key.js';
import type { Principal } from '../../../src/identity/principal.js';

/** Who calls in the stories. */
const IDENTITIES = {
  ada: ['requester'],
  bob: ['requester'],
  grace: ['approver'],
  linus: ['approver'],
  gus: ['requester', 'approver'],
  audrey: ['auditor'],
  ana: ['analyst'],
  rita: ['requester', 'analyst'],
  root: ['admin'],
} as const satisfies Readonly<Record<string, Principal['roles']>>;

export type Identity = keyof typeof IDENTITIES;

export const EVERYBODY = Object.keys(IDENTITIES) as readonly Identity[];

/** The plain key of everybody. */
export type Keys = Readonly<Record<Identity, string>>;

export const rolesOf = (identity: Identity): Principal['roles'] => IDENTITIES[identity];

/** Writes a key file in which everybody has a key, beside others, and tells the keys. */
export function writeKeyFile(file: string, others: readonly StoredKey[] = []): Keys {
  const issued = EVERYBODY.map(
    (id) => [id, issueKey({ id, roles: IDENTITIES[id], groups: [] })] as const,
  );
  writeFileSync(
    file,
    JSON.stringify({ keys: [...issued.map(([, { stored }]) => stored), ...others] }),
  );
  return Object.fromEntries(issued.map(([id, { plain }]) => [id, plain])) as Keys;
}
