import { hash, randomBytes, timingSafeEqual } from 'node:crypto';
import { z } from 'zod';
import { role, type Principal } from './principal.js';

/**
 * A stored API key: the salted SHA-256 of its secret part. A fast hash is right here, because the secret is 256
 * random bits and not a password that could be guessed (NIST SP 800-63B, 5.1.2.2).
 */
export const storedKey = z.strictObject({
  /** The public part of the key, by which it is looked up. */
  id: z.string().regex(/^[0-9a-f]{16}$/),
  identity: z.string().min(1).max(200),
  roles: z.array(role).min(1),
  groups: z.array(z.string().min(1).max(200)).default([]),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
  hash: z.string().regex(/^[0-9a-f]{64}$/),
});
export type StoredKey = z.infer<typeof storedKey>;

/** A new key: what is stored, and the one time its plain text exists. */
export function issueKey(principal: Principal): { stored: StoredKey; plain: string } {
  const id = randomBytes(8).toString('hex');
  const secret = randomBytes(32).toString('base64url');
  const salt = randomBytes(16).toString('hex');
  const stored = {
    id,
    identity: principal.id,
    roles: [...principal.roles],
    groups: [...principal.groups],
    salt,
    hash: digest(salt, secret).toString('hex'),
  };
  return { stored, plain: `docket_${id}_${secret}` };
}

const KEY = /^docket_([0-9a-f]{16})_([A-Za-z0-9_-]{43})$/;

/** The parts of a plain key, `null` for anything that cannot be one. */
export function parseKey(plain: string): { id: string; secret: string } | null {
  const [, id, secret] = KEY.exec(plain) ?? [];
  return id && secret ? { id, secret } : null;
}

/** Whether `secret` belongs to the stored key, compared in constant time. */
export const matches = (stored: StoredKey, secret: string): boolean =>
  timingSafeEqual(digest(stored.salt, secret), Buffer.from(stored.hash, 'hex'));

const digest = (salt: string, secret: string): Buffer => hash('sha256', salt + secret, 'buffer');
