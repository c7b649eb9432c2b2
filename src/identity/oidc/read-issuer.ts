import { z } from 'zod';
import type { JSONWebKeySet } from 'jose';
import { fetchJson, IssuerFailed } from './fetch-json.js';

const metadata = z.object({ issuer: z.string(), jwks_uri: z.url({ protocol: /^https?$/ }) });
const keyList = z.object({ keys: z.array(z.looseObject({ kty: z.string() })).max(100) });
/** What each key is made of is jose's to check, when a token names it. */
const keySet = z.custom<JSONWebKeySet>((value) => keyList.safeParse(value).success);

/**
 * Resolves to the keys that the issuer signs with, found by OpenID Connect Discovery 1.0. Throws `IssuerFailed`, also
 * when the issuer calls itself otherwise than it is called here.
 */
export async function readIssuer(issuer: string): Promise<JSONWebKeySet> {
  const address = `${issuer.replace(/\/$/, '')}/.well-known/openid-configuration`;
  const described = metadata.safeParse(await fetchJson(address)).data;
  if (!described) throw new IssuerFailed(`${address} is no description of an OpenID issuer`);
  if (described.issuer !== issuer) {
    throw new IssuerFailed(`the issuer ${issuer} calls itself ${described.issuer}`);
  }
  // Keys that came over a plain connection would be anybody's.
  if (issuer.startsWith('https:') && !described.jwks_uri.startsWith('https:')) {
    throw new IssuerFailed(`${address} has its keys at an address without TLS`);
  }
  const keys = keySet.safeParse(await fetchJson(described.jwks_uri)).data;
  if (!keys) throw new IssuerFailed(`${described.jwks_uri} is no set of keys`);
  return keys;
}
