import { decodeJwt, decodeProtectedHeader, errors, jwtVerify, type JWTPayload } from 'jose';
import type { Problem } from '../../http/problem.js';
import type { Clock } from '../../runtime/clock.js';
import type { Principal } from '../principal.js';
import type { IssuerKeys } from './issuer-keys.js';
import type { OidcSettings } from './oidc-settings.js';
import { principalOfClaims } from './token-claims.js';
import { tokenRefused } from './token-problem.js';
import { VerifiedTokens } from './verified-tokens.js';

/** Signatures that only the issuer can make: never `none`, nor a secret that others would have to know. */
const ALGORITHMS = 'RS256 RS384 RS512 PS256 PS384 PS512 ES256 ES384 ES512 EdDSA Ed25519'.split(' ');

/** Tells who a token of the issuer stands for. */
export class TokenVerifier {
  readonly #verified = new VerifiedTokens();

  constructor(
    private readonly settings: OidcSettings,
    private readonly keys: IssuerKeys,
    private readonly clock: Clock,
  ) {}

  /** The principal of a token that was verified a short time ago; `null` when that has to be done. */
  known(token: string): Principal | null {
    return this.#verified.get(token, this.clock.now().getTime());
  }

  /** Throws a problem with one of the codes `token-*`, `too-many-groups` and `issuer-unavailable`. */
  async verify(token: string): Promise<Principal> {
    refuseForeign(token, this.settings.issuer);
    const claims = await this.#verifiedClaims(token);
    const principal = principalOfClaims(claims, this.settings);
    const { clockSkew } = this.settings;
    const expiresAt = (claims.exp ?? 0) * 1_000 + clockSkew;
    this.#verified.add(token, principal, this.clock.now().getTime(), expiresAt);
    return principal;
  }

  async #verifiedClaims(token: string): Promise<JWTPayload> {
    const { issuer, audiences, clockSkew } = this.settings;
    try {
      const { payload } = await jwtVerify(token, (header) => this.keys.find(header), {
        issuer,
        audience: [...audiences],
        algorithms: ALGORITHMS,
        clockTolerance: clockSkew / 1_000,
        currentDate: this.clock.now(),
        requiredClaims: ['exp'],
      });
      return payload;
    } catch (error) {
      throw refusalOf(error) ?? error;
    }
  }
}

/** So that nobody has the issuer asked for its keys by what it cannot have signed. */
function refuseForeign(token: string, issuer: string): void {
  const { alg, iss } = peek(token);
  if (alg === undefined || !ALGORITHMS.includes(alg)) throw tokenRefused('token-invalid');
  if (iss !== issuer) throw tokenRefused('token-wrong-issuer');
}

function peek(token: string): { alg?: string | undefined; iss?: string | undefined } {
  try {
    return { alg: decodeProtectedHeader(token).alg, iss: decodeJwt(token).iss };
  } catch {
    throw tokenRefused('token-invalid');
  }
}

function refusalOf(error: unknown): Problem | null {
  if (error instanceof errors.JWTExpired) return tokenRefused('token-expired');
  if (error instanceof errors.JWTClaimValidationFailed) {
    if (error.claim === 'aud') return tokenRefused('token-wrong-audience');
    if (error.claim === 'nbf' && error.reason === 'check_failed') {
      return tokenRefused('token-not-yet-valid');
    }
  }
  // jose throws a TypeError for a key of the issuer that is too weak.
  return error instanceof errors.JOSEError || error instanceof TypeError
    ? tokenRefused('token-invalid')
    : null;
}
