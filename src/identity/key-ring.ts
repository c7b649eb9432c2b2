import { matches, parseKey, principalOf, type StoredKey } from './api-key.js';
import type { Principal } from './principal.js';

/** Tells who holds a key. */
export class KeyRing {
  private readonly keys: ReadonlyMap<string, readonly [StoredKey, Principal]>;

  constructor(keys: readonly StoredKey[]) {
    this.keys = new Map(keys.map((key) => [key.id, [key, principalOf(key)]]));
  }

  /** The identity behind a plain key, `null` when the key is malformed, unknown or wrong. */
  authenticate(plain: string): Principal | null {
    const parsed = parseKey(plain);
    const held = parsed && this.keys.get(parsed.id);
    if (!held || !matches(held[0], parsed.secret)) return null;
    return held[1];
  }
}
