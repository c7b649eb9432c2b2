import { hash } from 'node:crypto';
import type { Principal } from '../principal.js';

/** Milliseconds for which a token need not be verified again: a key that an issuer takes back is good for that long. */
const REMEMBERED = 60_000;
const MAX_TOKENS = 10_000;

interface Verified {
  readonly principal: Principal;
  readonly until: number;
}

/** What was found out of tokens a short time ago, by their digest: no token is kept. */
export class VerifiedTokens {
  readonly #verified = new Map<string, Verified>();

  get(token: string, now: number): Principal | null {
    const digest = digestOf(token);
    const known = this.#verified.get(digest);
    if (known === undefined) return null;
    // Not in the time before it was verified either, to which the clock may have been set back.
    if (now < known.until && now >= known.until - REMEMBERED) return known.principal;
    this.#verified.delete(digest);
    return null;
  }

  /** `expiresAt` in milliseconds since 1970. */
  add(token: string, principal: Principal, now: number, expiresAt: number): void {
    const [oldest] = this.#verified.keys();
    if (this.#verified.size >= MAX_TOKENS && oldest !== undefined) this.#verified.delete(oldest);
    this.#verified.set(digestOf(token), {
      principal,
      until: Math.min(now + REMEMBERED, expiresAt),
    });
  }
}

const digestOf = (token: string): string => hash('sha256', token, 'base64');
