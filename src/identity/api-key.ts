import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { principalKind, role, type Principal, type Role } from './principal.js';

const time = z.iso.datetime({ precision: 3 }).nullable();

/**
 * A stored API key: the salted SHA-256 of its secret part. A fast hash is right here, because the secret is 256
 * random bits and not a password that could be guessed (NIST SP 800-63B, 5.1.2.2).
 */
export const storedKey = z.strictObject({
  /** The public part of the key, by which it is looked up. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  identity: z.string().min(1).max(200),
  /** Absent in key files of versions that had none: `usualKind` then tells it. */
  kind: principalKind.optional(),
  roles: z.array(role).min(1),
  groups: z.array(z.string().min(1).max(200)).default([]),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
  /** Null in key files of versions that did not record it. */
  createdAt: time.default(null),
  /** From then on it is refused; null: never. */
  expiresAt: time.default(null),
  /** Since then it is refused. It stays in the file, so that who calls with it is told why. */
  revokedAt: time.default(null),
});
export type StoredKey = z.infer<typeof storedKey>;

/** Who a key is for. */
export interface KeyHolder extends Pick<Principal, 'id' | 'roles' | 'groups'> {
  /** By default `usualKind`. */
  readonly kind?: Principal['kind'] | undefined;
}

/** Who holds a key that does not say it: a program where it may only submit, else a person. */
const usualKind = (roles: readonly Role[]): Principal['kind'] =>
  roles.every((one) => one === 'requester') ? 'machine' : 'human';

/** A new key: what is stored, and the one time its plain text exists. */
export function issueKey(
  holder: KeyHolder,
  createdAt: Date = new Date(),
  expiresAt: Date | null = null,
): { stored: StoredKey; plain: string } {
  const id = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  const salt = randomBytes(16).toString('hex');
  const stored = {
    id,
    identity: holder.id,
    kind: holder.kind ?? usualKind(holder.roles),
    roles: [...holder.roles],
    groups: [...holder.groups],
    salt,
    hash: digest(salt, secret).toString('hex'),
    createdAt: createdAt.toISOString(),
    expiresAt: expiresAt?.toISOString() ?? null,
    revokedAt: null,
  };
  return { stored, plain: `docket_${id}_${secret}` };
}

const KEY = /^docket_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** The parts of a plain key, `null` for anything that cannot be one. */
export function parseKey(plain: string): { id: string; secret: string } | null {
  const [, id, secret] = KEY.exec(plain) ?? [];
  return id && secret ? { id, secret } : null;
}

/** Who calls with the key. */
export const principalOf = ({ id, identity, kind, roles, groups }: StoredKey): Principal => ({
  id: identity,
  kind: kind ?? usualKind(roles),
  roles,
  groups,
  credential: `key:${id}`,
});

/** Whether `secret` belongs to the stored key, compared in constant time. */
export const matches = (stored: StoredKey, secret: string): boolean =>
  timingSafeEqual(digest(stored.salt, secret), Buffer.from(stored.hash, 'hex'));

const digest = (salt: string, secret: string): Buffer => hash('sha256', salt + secret, 'buffer');
