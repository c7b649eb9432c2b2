import { randomFillSync } from 'node:crypto';

const BYTES = 16;
const pool = new Uint8Array(256 * BYTES);
let used = pool.length;

/** Sixteen random bytes that nobody else gets: the system is asked for many at once, which takes as long as for one. */
export function randomBytes(): Uint8Array {
  if (used === pool.length) {
    randomFillSync(pool);
    used = 0;
  }
  used += BYTES;
  return pool.slice(used - BYTES, used);
}
