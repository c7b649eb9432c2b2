import { Problem } from '../http/problem.js';
import { invalidToken, unauthenticated } from './challenge.js';
import type { KeyRefusal, KeyRing } from './key-ring.js';
import type { TokenVerifier } from './oidc/token-verifier.js';
import { hasEveryRole, type Principal } from './principal.js';
import type { Limits } from './rate-limit/limits.js';

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
    private readonly limits: Limits,
  ) {}

  /**
   * Answers at once for keys and for tokens that were seen a short time ago. Throws, or rejects with, problems of the
   * statuses 401, 403 (`too-many-groups`), 429 and 503.
   */
  authenticate(authorization: string | undefined, address: string): Principal | Promise<Principal> {
    const [, credential] = BEARER.exec(authorization ?? '') ?? [];
    if (credential === undefined) throw this.#refusalOfNone(authorization, address);
    if (this.tokens !== null && TOKEN.test(credential)) {
      return this.tokens.known(credential) ?? this.#verify(this.tokens, credential, address);
    }
    const found = this.keys.authenticate(credential);
    if (found !== null && typeof found !== 'string') return found;
    this.limits.countFailure(address);
    throw found === null ? this.#unknown() : invalidToken(found, KEY_DETAILS[found]);
  }

  /**
   * Whether what a call was made with still stands for its caller, with all roles that they had. Where nobody can tell
   * now, it does. Counts nothing.
   */
  async stillStandsFor(caller: Principal, authorization: string | undefined): Promise<boolean> {
    try {
      const found = await this.#holderOf(BEARER.exec(authorization ?? '')?.[1] ?? '');
      return found?.id === caller.id && hasEveryRole(found, caller.roles);
    } catch (error) {
      return error instanceof Problem && error.code === 'issuer-unavailable';
    }
  }

  /** Throws, or rejects with, the problems of tokens. */
  #holderOf(credential: string): Principal | null | Promise<Principal> {
    if (this.tokens !== null && TOKEN.test(credential)) {
      return this.tokens.known(credential) ?? this.tokens.verify(credential);
    }
    const found = this.keys.authenticate(credential);
    return typeof found === 'string' ? null : found;
  }

  #refusalOfNone(authorization: string | undefined, address: string): Problem {
    if (authorization !== undefined) this.limits.countFailure(address);
    return this.#unknown();
  }

  async #verify(tokens: TokenVerifier, token: string, address: string): Promise<Principal> {
    this.limits.refuseAfterFailures(address);
    try {
      return await tokens.verify(token);
    } catch (error) {
      if (isRefusal(error)) this.limits.countFailure(address);
      throw error;
    }
  }

  #unknown(): Problem {
    const what = this.tokens === null ? 'key' : 'key or token';
    return unauthenticated(`Send a valid ${what} as Authorization: Bearer <${what}>.`);
  }
}

const isRefusal = (error: unknown): boolean => error instanceof Problem && error.status === 401;
