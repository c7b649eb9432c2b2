import { invalidToken, unauthenticated } from './challenge.js';
import type { KeyRefusal, KeyRing } from './key-ring.js';
import type { Principal } from './principal.js';

const BEARER = /^Bearer +(\S+) *$/i;

const KEY_DETAILS: Readonly<Record<KeyRefusal, string>> = {
  'key-expired': 'Ask for a new key.',
  'key-revoked': 'It was taken back; ask for a new key.',
};

/** Tells who is calling by what they send along. */
export class Authenticator {
  constructor(private readonly keys: KeyRing) {}

  /** Throws problems of the status 401. */
  authenticate(authorization: string | undefined): Principal {
    const [, credential] = BEARER.exec(authorization ?? '') ?? [];
    const found = credential === undefined ? null : this.keys.authenticate(credential);
    if (found !== null && typeof found !== 'string') return found;
    if (found !== null) throw invalidToken(found, KEY_DETAILS[found]);
    throw unauthenticated('Send a valid key as Authorization: Bearer <key>.');
  }
}
