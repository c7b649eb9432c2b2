import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { problemDetails } from '../../src/http/problem.js';
import { issueKey } from '../../src/identity/api-key.js';
import { accessEvents, refusedIn } from '../support/docket/access-records.js';
import type { Answer } from '../support/docket/http-client.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { LocalIssuer } from '../support/oidc/local-issuer.js';
import { settingsFor } from '../support/oidc/oidc-settings.js';

let issuer: LocalIssuer;
let docket: TestDocket;
let time: number;

beforeEach(async () => {
  time = Date.now();
  issuer = await LocalIssuer.start();
  docket = await startTestDocket({
    clock: { now: () => new Date(time) },
    settings: {
      oidc: settingsFor(issuer),
      limits: { perIdentity: 6, failuresPerAddress: 3 },
    },
  });
});
afterEach(async () => {
  await docket.close();
  await issuer.close();
});

const list = (credential: string) =>
  docket.call(null, 'GET', '/v1/requests', { headers: { authorization: `Bearer ${credential}` } });
const outcomeOf = (answer: Answer) => [
  answer.status,
  problemDetails.safeParse(answer.status < 400 ? null : answer.json()).data?.code,
  answer.headers['retry-after'],
];
const refusals = async (wanted: string) =>
  refusedIn(await accessEvents(docket.call)).filter(({ code }) => code === wanted);
const timesOf = (refused: readonly { readonly times: number }[]) =>
  refused.reduce((sum, { times }) => sum + times, 0);
const OK = [200, undefined, undefined];
const wrong = issueKey({ id: 'ada', roles: ['auditor'], groups: [] }).plain;

describe('An identity that calls too often', () => {
  it('is told when to come back, by whatever key or token, and others are not', async () => {
    const token = await issuer.token({ sub: 'audrey', roles: ['auditor'] });
    for (const credential of [docket.folder.keys.audrey, token]) {
      for (let call = 0; call < 3; call += 1) {
        expect(outcomeOf(await list(credential))).toEqual(OK);
      }
    }
    for (const credential of [docket.folder.keys.audrey, token]) {
      expect(outcomeOf(await list(credential))).toEqual([429, 'rate-limited', '10']);
    }
    expect(outcomeOf(await list(docket.folder.keys.ada))).toEqual(OK);
    expect((await docket.call(null, 'GET', '/healthz')).status).toBe(200);
    time += 10_000;
    expect(outcomeOf(await list(token))).toEqual(OK);
    expect(outcomeOf(await list(token))).toEqual([429, 'rate-limited', '10']);
  });

  it('is in the access log as refused, and cannot flood it', async () => {
    for (let call = 0; call < 40; call += 1) await list(docket.folder.keys.ada);
    const refused = await refusals('rate-limited');
    expect(refused[0]).toMatchObject({ actor: 'ada', status: 429, address: null });
    expect(refused.length).toBeLessThanOrEqual(2);
    expect(timesOf(refused)).toBe(34);
  });
});

it('Tokens that are refused count as wrong credentials, and those that nobody can judge do not', async () => {
  const tokenOf = (sub: string) => issuer.token({ sub, roles: ['auditor'], aud: 'other' });
  const good = await issuer.token({ sub: 'kim', roles: ['auditor'] });
  issuer.leave();
  const rotated = await issuer.token({ sub: 'kim' }, { kid: 'unknown' });
  for (let call = 0; call < 4; call += 1) {
    expect(outcomeOf(await list(rotated))).toEqual([503, 'issuer-unavailable', '5']);
  }
  issuer.comeBack();
  time += 2_000;
  for (const sub of ['a', 'b', 'c']) {
    const answer = await list(await tokenOf(sub));
    expect(outcomeOf(answer)).toEqual([401, 'token-wrong-audience', undefined]);
  }
  for (const token of [good, await tokenOf('d')]) {
    expect(outcomeOf(await list(token))).toEqual([429, 'rate-limited', '20']);
  }
  const ofTokens = await refusals('token-wrong-audience');
  expect(ofTokens[0]).toMatchObject({ actor: null, address: '127.0.0.1' });
  expect(timesOf(ofTokens)).toBe(3);
});

describe('An address with too many wrong credentials', () => {
  beforeEach(async () => {
    for (let call = 0; call < 3; call += 1) {
      expect(outcomeOf(await list(wrong))).toEqual([401, 'unauthenticated', undefined]);
    }
  });

  it('is told when to come back, and has no token looked at until then', async () => {
    const token = await issuer.token({ sub: 'kim', roles: ['auditor'] });
    for (const credential of [wrong, 'rubbish', token]) {
      expect(outcomeOf(await list(credential))).toEqual([429, 'rate-limited', '20']);
    }
    time += 20_000;
    expect(outcomeOf(await list(token))).toEqual(OK);
  });

  it('cannot flood the access log either', async () => {
    for (let call = 0; call < 40; call += 1) await list(wrong);
    for (const [code, times] of [['unauthenticated', 3] as const, ['rate-limited', 40] as const]) {
      const refused = await refusals(code);
      expect(refused[0]).toMatchObject({ actor: null, address: '127.0.0.1' });
      expect(refused.length).toBeLessThanOrEqual(2);
      expect(timesOf(refused)).toBe(times);
    }
  });

  it('is no obstacle to a good key, nor to a call without any', async () => {
    expect(outcomeOf(await list(docket.folder.keys.audrey))).toEqual(OK);
    const answer = await docket.call(null, 'GET', '/v1/requests');
    expect(outcomeOf(answer)).toEqual([401, 'unauthenticated', undefined]);
  });
});
