import { SignJWT } from 'jose';
import { newKey, type LocalIssuer } from './local-issuer.js';

const encoded = (value: object): string => Buffer.from(JSON.stringify(value)).toString('base64url');

/**
 * Tokens that would be somebody with these claims if they were good, by what is wrong with them, and the code that
 * tells it.
 */
export async function badTokens(
  issuer: LocalIssuer,
  claims: Readonly<Record<string, unknown>>,
): Promise<readonly (readonly [what: string, token: string, code: string])[]> {
  const now = Math.floor(Date.now() / 1_000);
  const good = await issuer.token(claims);
  const [header = '', payload = '', signature = ''] = good.split('.');
  const { kid } = issuer.key;
  const secret = Buffer.from(JSON.stringify(issuer.key.publicJwk));
  const confused = await new SignJWT({ ...claims, iss: issuer.url, aud: 'docket', exp: now + 300 })
    .setProtectedHeader({ alg: 'HS256', kid })
    .sign(secret);
  const admin = encoded({ ...claims, iss: issuer.url, aud: 'docket', exp: now + 300, sub: 'root' });
  return [
    ['expired', await issuer.token({ ...claims, exp: now - 120 }), 'token-expired'],
    ['early', await issuer.token({ ...claims, nbf: now + 120 }), 'token-not-yet-valid'],
    ['for others', await issuer.token({ ...claims, aud: 'other' }), 'token-wrong-audience'],
    ['for nobody', await issuer.token({ ...claims, aud: undefined }), 'token-wrong-audience'],
    [
      'of others',
      await issuer.token({ ...claims, iss: 'https://other.example' }),
      'token-wrong-issuer',
    ],
    ['for ever', await issuer.token({ ...claims, exp: undefined }), 'token-invalid'],
    [
      'signed by others',
      await issuer.token(claims, { key: await newKey('RS256'), kid }),
      'token-invalid',
    ],
    [
      'of an unknown key',
      await issuer.token(claims, { key: await newKey('RS256') }),
      'token-invalid',
    ],
    ['signed by nobody', `${encoded({ alg: 'none' })}.${payload}.`, 'token-invalid'],
    ['signed with the public key', confused, 'token-invalid'],
    ['changed', `${header}.${admin}.${signature}`, 'token-invalid'],
    ['cut', `${header}.${payload}.${signature.slice(0, -8)}`, 'token-invalid'],
    ['no JSON', `${header}.AAAA.${signature}`, 'token-invalid'],
    ['of nobody', await issuer.token({ ...claims, sub: undefined }), 'token-unusable'],
    ['of the service', await issuer.token({ ...claims, sub: 'docket' }), 'token-unusable'],
  ];
}
