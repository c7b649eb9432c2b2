import { writeFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { issueKey, type StoredKey } from '../../src/identity/api-key.js';
import { readKeyFile } from '../../src/identity/key-file.js';
import { makeDataFolder, type DataFolder } from '../support/docket/data-folder.js';
import { DRAFT, TRANSFER } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { LocalIssuer } from '../support/oidc/local-issuer.js';
import { settingsFor } from '../support/oidc/oidc-settings.js';
import { until } from '../support/docket/until.js';

const STREAMS = {
  max: 30,
  maxPerIdentity: 30,
  heartbeat: 50,
  patience: 5_000,
  recheck: 50,
  retry: 2,
};

/** What becomes of a key, and of the right to read on. */
const CHANGES: readonly (readonly [what: string, (key: StoredKey) => readonly StoredKey[]])[] = [
  ['revoked', (key) => [{ ...key, revokedAt: '2026-01-01T00:00:00.000Z' }]],
  ['taken out of the file', () => []],
  ['without the role', (key) => [{ ...key, roles: ['approver'] }]],
  ['somebody else’s', (key) => [{ ...key, identity: 'lee' }]],
  ['expired', (key) => [{ ...key, expiresAt: '2026-01-01T00:00:00.000Z' }]],
];
const newKey = () => issueKey({ id: 'kim', roles: ['auditor', 'approver'], groups: ['it'] });
const good = newKey();
const changed = CHANGES.map(([what, change]) => ({ what, change, ...newKey() }));

let issuer: LocalIssuer;
let folder: DataFolder;
let docket: TestDocket;
let time: number;

beforeAll(async () => {
  time = Date.now();
  issuer = await LocalIssuer.start();
  folder = await makeDataFolder([good, ...changed].map(({ stored }) => stored));
  docket = await startTestDocket({
    folder,
    clock: { now: () => new Date(time) },
    settings: { streams: STREAMS, oidc: settingsFor(issuer) },
  });
});
afterAll(async () => {
  await docket.close();
  await folder.remove();
  await issuer.close();
});

/** A stream that is being read; `text` is what came of it so far. */
async function follow(credential: string, path = '/v1/events/stream') {
  const stop = new AbortController();
  const answer = await fetch(docket.url + path, {
    headers: { authorization: `Bearer ${credential}` },
    signal: stop.signal,
  });
  expect(answer.status).toBe(200);
  const stream = { text: '', isOver: false, leave: () => stop.abort() };
  const read = async () => {
    for await (const chunk of answer.body ?? []) stream.text += Buffer.from(chunk).toString();
  };
  void read()
    .catch(() => undefined)
    .finally(() => (stream.isOver = true));
  await until(() => stream.text.includes('heartbeat'));
  return stream;
}

const tokenFor = (more: object = {}) => issuer.token({ sub: 'kim', roles: ['auditor'], ...more });

/** Replaces keys in the file. */
function replaceKeys(change: (key: StoredKey) => readonly StoredKey[]): void {
  const keys = readKeyFile(folder.keysFile).flatMap(change);
  writeFileSync(folder.keysFile, JSON.stringify({ keys }));
}

const SAID = /: The key or token is not good any more\.\n\n$/;

describe('Who follows the log or a request', () => {
  it('is shown nothing more soon after the key, or the token, is good no more', async () => {
    const { id } = await docket.submit('ada', DRAFT);
    const paths = ['/v1/events/stream', `/v1/requests/${id}/stream`];
    const readers = changed.flatMap(({ what, plain }) =>
      paths.map(async (path) => ({ what, stream: await follow(plain, path) })),
    );
    const token = await tokenFor({ exp: Math.floor(time / 1_000) + 60 });
    const expiring = { what: 'a token', stream: await follow(token) };
    const ending = [...(await Promise.all(readers)), expiring];
    const staying = await follow(good.plain);
    replaceKeys((key) => changed.find(({ stored }) => stored.id === key.id)?.change(key) ?? [key]);
    time += 91_000;
    await until(() => ending.every(({ stream }) => stream.isOver));
    for (const { what, stream } of ending) {
      expect([what, stream.text]).toEqual([what, expect.stringMatching(SAID)]);
    }
    expect(staying.isOver).toBe(false);
    staying.leave();
  });

  it('reads on while the issuer is away, and when the key got more rights', async () => {
    const streams = [await follow(good.plain), await follow(await tokenFor())];
    issuer.leave();
    time += 61_000;
    replaceKeys((key) => [
      { ...key, roles: key.id === good.stored.id ? ['admin', ...key.roles] : key.roles },
    ]);
    await sleep(1_500);
    const { id } = await docket.submit('ada', TRANSFER);
    await until(() => streams.every(({ text }) => text.includes(id)));
    expect(streams.map(({ isOver }) => isOver)).toEqual([false, false]);
    for (const { leave } of streams) leave();
  });
});
