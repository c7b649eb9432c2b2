import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { badTokens } from '../../../test/support/oidc/bad-tokens.js';
import { AUDIENCE, LocalIssuer } from '../../../test/support/oidc/local-issuer.js';
import { settingsFor } from '../../../test/support/oidc/oidc-settings.js';
import { createLogger } from '../../runtime/logger.js';
import type { OidcSettings } from './oidc-settings.js';
import { openTokenVerifier } from './open-token-verifier.js';
import type { TokenVerifier } from './token-verifier.js';

const CLAIMS = { sub: 'ada', roles: ['approver'], groups: ['finance'] };

describe('A token', () => {
  let issuer: LocalIssuer;
  let time: number;
  let tokens: TokenVerifier;

  const open = (more: Partial<OidcSettings> = {}) => {
    const settings = settingsFor(issuer, { audiences: ['other', AUDIENCE], ...more });
    return openTokenVerifier(settings, { now: () => new Date(time) }, createLogger('silent'));
  };

  beforeAll(async () => {
    issuer = await LocalIssuer.start();
  });
  afterAll(() => issuer.close());
  beforeEach(() => {
    time = Date.now();
    tokens = open();
  });

  it('of the issuer stands for its subject', async () => {
    expect(await tokens.verify(await issuer.token(CLAIMS))).toEqual({
      id: 'ada',
      kind: 'human',
      roles: ['approver'],
      groups: ['finance'],
      credential: `oidc:${new URL(issuer.url).host}`,
    });
  });

  it.each(['PS256', 'ES256', 'ES384', 'EdDSA'])('may be signed by %s', async (alg) => {
    await issuer.rotate({ alg });
    tokens = open();
    expect(await tokens.verify(await issuer.token(CLAIMS))).toMatchObject({ id: 'ada' });
    await issuer.rotate();
  });

  it('that is not good is refused with a code that tells what is wrong with it', async () => {
    tokens = open({ audiences: [AUDIENCE] });
    for (const [what, token, code] of await badTokens(issuer, CLAIMS)) {
      const refusal = await tokens.verify(token).catch((error: unknown) => error);
      expect([what, refusal]).toMatchObject([what, { code }]);
      expect(tokens.known(token)).toBeNull();
    }
  });

  it('may come from a clock that is off by the skew, and no more', async () => {
    const start = Math.floor(time / 1_000) * 1_000;
    const token = await issuer.token({ ...CLAIMS, nbf: start / 1_000, exp: start / 1_000 + 60 });
    const codeAt = async (offset: number) => {
      time = start + offset;
      return open()
        .verify(token)
        .then(
          ({ id }) => id,
          ({ code }: { code: string }) => code,
        );
    };
    expect(await codeAt(-31_000)).toBe('token-not-yet-valid');
    expect(await codeAt(-30_000)).toBe('ada');
    expect(await codeAt(89_000)).toBe('ada');
    expect(await codeAt(90_000)).toBe('token-expired');
  });

  it('need not be verified again for a minute, nor is it good for longer than it says', async () => {
    const [long, short] = [
      await issuer.token(CLAIMS),
      await issuer.token({ ...CLAIMS, exp: Math.floor(time / 1_000) + 10 }),
    ];
    expect(tokens.known(long)).toBeNull();
    const principal = await tokens.verify(long);
    await tokens.verify(short);
    expect(tokens.known(long)).toEqual(principal);
    time += 38_000;
    expect(tokens.known(short)).not.toBeNull();
    time += 2_000;
    expect(tokens.known(short)).toBeNull();
    time += 20_000;
    expect(tokens.known(long)).toBeNull();
  });

  it('cannot be judged while the issuer has never been there', async () => {
    issuer.leave();
    tokens = open();
    const token = await issuer.token(CLAIMS);
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'issuer-unavailable' });
    issuer.comeBack();
    time += 2_000;
    expect(await tokens.verify(token)).toMatchObject({ id: 'ada' });
  });

  it('cannot be judged when the issuer calls itself otherwise', async () => {
    const other = await LocalIssuer.start('https://other.example');
    tokens = open({ issuer: other.url });
    const token = await other.token(CLAIMS);
    await expect(tokens.verify(token)).rejects.toMatchObject({ code: 'issuer-unavailable' });
    await other.close();
  });

  it('of another issuer, or signed by nobody, has the keys of ours not read', async () => {
    tokens = open();
    await tokens.verify(await issuer.token(CLAIMS));
    const before = issuer.readings;
    time += 3_600_000;
    const foreign = await issuer.token({ ...CLAIMS, iss: 'https://other.example' });
    await expect(tokens.verify(foreign)).rejects.toMatchObject({ code: 'token-wrong-issuer' });
    await expect(tokens.verify('e30.e30.')).rejects.toMatchObject({ code: 'token-invalid' });
    expect(issuer.readings).toBe(before);
  });
});
