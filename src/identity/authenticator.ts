import type { Problem } from '../http/problem.js';
import { invalidToken, unauthenticated } from './challenge.js';
import type { KeyRefusal, KeyRing } from './key-ring.js';
import type { TokenVerifier } from './oidc/token-verifier.js';
import type { Principal } from './principal.js';

const BEARER = /^Bearer +(\S+) *$/i;
/** Three parts in base64url; the last is empty where nobody signed. */
const TOKEN = /^[\w-]+\.[\w-]+\.[\w-]*$/;

const KEY_DETAILS: Readonly<Record<KeyRefusal, string>> = {
  'key-expired': 'Ask for a new key.',
  'key-revoked': 'It was taken back; ask for a new key.',
};

/** Tells who is calling by what they send along. */
export class Authenticator {
  constructor(
    private readonly keys: KeyRing,
    /** Null where no issuer of tokens is set. */
    private readonly tokens: TokenVerifier | null,
  ) {}

  /**
   * Answers at once for keys and for tokens that were seen a short time ago. Throws, or rejects with, problems of the
   * statuses 401, 403 (`too-many-groups`) and 503.
   */
  authenticate(authorization: string | undefined): Principal | Promise<Principal> {
    const [, credential] = BEARER.exec(authorization ?? '') ?? [];
    if (credential === undefined) throw this.#unknown();
    if (this.tokens !== null && TOKEN.test(credential)) {
      return this.tokens.known(credential) ?? this.tokens.verify(credential);
    }
    const found = this.keys.authenticate(credential);
    if (found !== null && typeof found !== 'string') return found;
    throw found === null ? this.#unknown() : invalidToken(found, KEY_DETAILS[found]);
  }

  #unknown(): Problem {
    const what = this.tokens === null ? 'key' : 'key or token';
    return unauthenticated(`Send a valid ${what} as Authorization: Bearer <${what}>.`);
  }
}
