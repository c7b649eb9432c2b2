import { beforeEach, describe, expect, it } from '@jest/globals';
import { errors, type JSONWebKeySet } from 'jose';
import { newKey, type SigningKey } from '../../../test/support/oidc/local-issuer.js';
import { createLogger } from '../../runtime/logger.js';
import { IssuerKeys } from './issuer-keys.js';

const SECOND = 1_000;
const MINUTE = 60 * SECOND;
const DAY = 1_440 * MINUTE;

describe('The keys of an issuer', () => {
  let time: number;
  let published: readonly SigningKey[];
  let isAway: boolean;
  let readings: number;
  let keys: IssuerKeys;

  const read = async (): Promise<JSONWebKeySet> => {
    readings += 1;
    if (isAway) throw new Error('It is away.');
    return { keys: published.map(({ publicJwk }) => publicJwk) };
  };
  const find = ({ alg, kid }: SigningKey) => keys.find({ alg, kid });
  const unknown = { constructor: errors.JWKSNoMatchingKey };
  const away = { code: 'issuer-unavailable', headers: { 'retry-after': '5' } };

  beforeEach(async () => {
    time = DAY;
    published = [await newKey('ES256')];
    isAway = false;
    readings = 0;
    keys = new IssuerKeys(read, () => time, createLogger('silent'));
  });

  const [first, second] = [() => published[0]!, () => published[1]!];

  it('are read once for all who wait for them', async () => {
    await Promise.all([first(), first(), first()].map(find));
    await find(first());
    expect(readings).toBe(1);
  });

  it('are read anew at once when a token names another, as after a rotation', async () => {
    await find(first());
    time += 10 * SECOND;
    published = [...published, await newKey('ES256')];
    await Promise.all([find(second()), find(second())]);
    expect(readings).toBe(2);
  });

  it('are not read anew for one forged key id after the other', async () => {
    await find(first());
    const forged = await newKey('ES256');
    for (let call = 0; call < 100; call += 1) {
      time += 100;
      await expect(find(forged)).rejects.toMatchObject(unknown);
    }
    expect(readings).toBe(2);
    await find(first());
  });

  it('are good while the issuer is away, for a day', async () => {
    await find(first());
    isAway = true;
    time += DAY - 1;
    await find(first());
    time += 1;
    await expect(find(first())).rejects.toMatchObject(away);
    isAway = false;
    time += 2 * SECOND;
    await find(first());
  });

  it('are read anew every ten minutes without anybody waiting', async () => {
    const old = first();
    await find(old);
    published = [await newKey('ES256')];
    time += 10 * MINUTE;
    await find(old);
    await new Promise(setImmediate);
    expect(readings).toBe(2);
    await expect(find(old)).rejects.toMatchObject(unknown);
  });

  it('leave open whether a token is good that names another while the issuer is away', async () => {
    await find(first());
    isAway = true;
    time += MINUTE;
    const other = await newKey('ES256');
    for (let call = 0; call < 10; call += 1) {
      await expect(find(other)).rejects.toMatchObject(away);
    }
    expect(readings).toBe(2);
    await find(first());
  });

  it('are asked for again two seconds after the issuer was away at the start', async () => {
    isAway = true;
    await expect(find(first())).rejects.toMatchObject(away);
    isAway = false;
    time += 1_999;
    await expect(find(first())).rejects.toMatchObject(away);
    time += 1;
    await find(first());
    expect(readings).toBe(2);
  });
});
