import type { JWTPayload } from 'jose';
import type { PrincipalKind } from '../principal.js';

/** Where issuers name the client that a token was given to. */
const CLIENT = ['client_id', 'azp', 'appid', 'cid'];

/**
 * Who a token stands for by the marks that issuers give the tokens of the client credentials grant, in which no person
 * takes part: the subject is the client (RFC 9068, 2.2; Okta), `idtyp` is `app` or the subject is the object id (Entra),
 * the user is a service account (Keycloak), the grant is named (Auth0).
 */
export const usualTokenKind = (claims: JWTPayload): PrincipalKind =>
  CLIENT.some((name) => claims[name] !== undefined && claims[name] === claims.sub) ||
  claims['idtyp'] === 'app' ||
  (claims['oid'] !== undefined && claims['oid'] === claims.sub) ||
  String(claims['preferred_username']).startsWith('service-account-') ||
  claims['gty'] === 'client-credentials'
    ? 'machine'
    : 'human';
