import { Problem } from '../../http/problem.js';
import { invalidToken } from '../challenge.js';

/** Why a token is not taken. */
type TokenRefusal =
  | 'token-expired'
  | 'token-not-yet-valid'
  | 'token-invalid'
  | 'token-wrong-audience'
  | 'token-wrong-issuer'
  | 'token-unusable';

/** Seconds after which it is worth to come back when the issuer could not be asked. */
const COME_BACK = 5;

const DETAILS: Readonly<Record<Exclude<TokenRefusal, 'token-unusable'>, string>> = {
  'token-expired': 'Get a new one from the issuer.',
  'token-not-yet-valid': 'Its time has not come by the clock of this service.',
  'token-invalid': 'It is no token that the issuer signed for use here.',
  'token-wrong-audience': 'Ask the issuer for a token that is meant for this service.',
  'token-wrong-issuer': 'This service takes the tokens of another issuer.',
};

export const tokenRefused = (code: keyof typeof DETAILS): Problem =>
  invalidToken(code, DETAILS[code]);

/** A good token that does not tell who calls in a form that can be recorded. */
export const tokenUnusable = (detail: string): Problem => invalidToken('token-unusable', detail);

/** Nobody can tell whether the token is good. */
export const issuerUnavailable = (): Problem =>
  new Problem('issuer-unavailable', 'Nobody can tell now whether the token is good; try again.', {
    headers: { 'retry-after': String(COME_BACK) },
  });
