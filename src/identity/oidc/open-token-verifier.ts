import type { Logger } from 'pino';
import type { Clock } from '../../runtime/clock.js';
import { IssuerKeys } from './issuer-keys.js';
import type { OidcSettings } from './oidc-settings.js';
import { readIssuer } from './read-issuer.js';
import { TokenVerifier } from './token-verifier.js';

/**
 * A verifier that reads the issuer's keys in the background. A service starts also while its issuer is away: keys of its
 * own are good meanwhile.
 */
export function openTokenVerifier(
  settings: OidcSettings,
  clock: Clock,
  log: Logger,
): TokenVerifier {
  const read = () => readIssuer(settings.issuer);
  const keys = new IssuerKeys(read, () => clock.now().getTime(), log);
  void keys.prepare();
  return new TokenVerifier(settings, keys, clock);
}
