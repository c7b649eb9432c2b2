import { matches, parseKey, type StoredKey } from './api-key.js';
import type { Principal } from './principal.js';

/** Tells who holds a key. */
export class KeyRing {
  private readonly keys: ReadonlyMap<string, StoredKey>;

  constructor(keys: readonly StoredKey[]) {
    this.keys = new Map(keys.map((key) => [key.id, key]));
  }

  /** The identity behind a plain key, `null` when the key is malformed, unknown or wrong. */
  authenticate(plain: string): Principal | null {
    const parsed = parseKey(plain);
    const stored = parsed && this.keys.get(parsed.id);
    if (!stored || !matches(stored, parsed.secret)) return null;
    return { id: stored.identity, roles: stored.roles, groups: stored.groups };
  }
}
