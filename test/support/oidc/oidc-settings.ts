import type { OidcSettings } from '../../../src/identity/oidc/oidc-settings.js';
import { AUDIENCE, type LocalIssuer } from './local-issuer.js';

/** Has a service take the tokens of the issuer: `sub`, `roles` and `groups`. */
export const settingsFor = (
  { url }: LocalIssuer,
  more: Partial<OidcSettings> = {},
): OidcSettings => ({
  issuer: url,
  audiences: [AUDIENCE],
  identityClaim: 'sub',
  rolesClaim: 'roles',
  roles: null,
  groupsClaim: 'groups',
  kindClaim: null,
  clockSkew: 30_000,
  ...more,
});
