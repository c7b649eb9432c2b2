import { matches, parseKey, principalOf, type StoredKey } from './api-key.js';
import type { Principal } from './principal.js';

/** Why a key that was good is not any more. */
export type KeyRefusal = 'key-expired' | 'key-revoked';

interface HeldKey {
  readonly stored: StoredKey;
  readonly principal: Principal;
  /** In milliseconds since 1970; `Infinity` where it does not expire. */
  readonly expiresAt: number;
}

/** Tells who holds a key. */
export class KeyRing {
  #keys: ReadonlyMap<string, HeldKey> = new Map();

  constructor(
    keys: readonly StoredKey[],
    private readonly now: () => number = Date.now,
  ) {
    this.replace(keys);
  }

  /** From now on these keys are known and no others. */
  replace(keys: readonly StoredKey[]): void {
    this.#keys = new Map(keys.map((key) => [key.id, held(key)]));
  }

  /**
   * The identity behind a plain key; `null` when the key is malformed, unknown or wrong. Why a key is good no more is
   * told only to who has the whole of it.
   */
  authenticate(plain: string): Principal | KeyRefusal | null {
    const parsed = parseKey(plain);
    const key = parsed && this.#keys.get(parsed.id);
    if (!key || !matches(key.stored, parsed.secret)) return null;
    if (key.stored.revokedAt !== null) return 'key-revoked';
    return key.expiresAt === Infinity || this.now() < key.expiresAt ? key.principal : 'key-expired';
  }
}

const held = (stored: StoredKey): HeldKey => ({
  stored,
  principal: principalOf(stored),
  expiresAt: stored.expiresAt === null ? Infinity : Date.parse(stored.expiresAt),
});
