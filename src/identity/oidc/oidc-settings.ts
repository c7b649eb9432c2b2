import type { Role } from '../principal.js';

/** Whose tokens are taken, and what of them says who is calling. */
export interface OidcSettings {
  /** As the issuer calls itself, also in `iss`. */
  readonly issuer: string;
  /** A token has to name one of these in `aud`. */
  readonly audiences: readonly string[];
  readonly identityClaim: string;
  readonly rolesClaim: string;
  /** The roles that a value of that claim gives; null: values that are called as a role give that role. */
  readonly roles: ReadonlyMap<string, readonly Role[]> | null;
  readonly groupsClaim: string;
  /** The claim that says `human` or `machine`; null: what issuers usually put into the tokens of programs tells it. */
  readonly kindClaim: string | null;
  /** Milliseconds by which the clocks of issuer and service may differ. */
  readonly clockSkew: number;
}
