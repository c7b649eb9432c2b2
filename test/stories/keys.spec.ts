import { readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { problemDetails } from '../../src/http/problem.js';
import { storedKey } from '../../src/identity/api-key.js';
import { z } from 'zod';
import { runCommand } from '../support/docket/run-command.js';
import { SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { until } from '../support/docket/until.js';

const PLAIN = /^docket_([0-9a-f]{16})_[A-Za-z0-9_-]{43}\n$/;
const keyFile = z.object({ keys: z.array(storedKey) });

let docket: TestDocket;
let logged = '';

beforeAll(async () => {
  const log = pino({ level: 'info' }, { write: (line: string) => void (logged += line) });
  docket = await startTestDocket({ log });
});
afterAll(() => docket.close());

const keys = (...args: string[]) =>
  runCommand(['keys', ...args], {
    DOCKET_DATA_DIR: docket.folder.path,
    DOCKET_KEYS_FILE: docket.folder.keysFile,
  });
const create = async (...args: string[]) => {
  const { code, stdout, stderr } = await keys('create', ...args);
  expect([code, stderr]).toEqual([0, expect.stringContaining('It is shown this once.')]);
  const [, id = ''] = PLAIN.exec(stdout) ?? [];
  expect(stderr).toContain(`The key ${id} of `);
  expect(stderr).not.toContain(stdout.trim().slice(24));
  return { id, plain: stdout.trim() };
};
const list = (plain: string) =>
  docket.call(null, 'GET', '/v1/requests', { headers: { authorization: `Bearer ${plain}` } });
/** Waits for the service to answer so, which looks every second. */
const answered = (plain: string, status: number) =>
  until(async () => {
    const answer = await list(plain);
    return answer.status === status && answer;
  });
const stored = () => keyFile.parse(JSON.parse(readFileSync(docket.folder.keysFile, 'utf8'))).keys;

describe('An administrator', () => {
  it('makes a key that a running service takes, under whose name and kind it records', async () => {
    const { id, plain } = await create(
      '--identity=kim@example.com',
      '--roles=requester,auditor',
      '--groups=finance, legal',
      '--kind=machine',
      '--expires=90d',
    );
    await answered(plain, 200);
    const headers = { authorization: `Bearer ${plain}` };
    const answer = await docket.call(null, 'POST', '/v1/requests', { body: SUMMARY, headers });
    expect(answer.json()).toMatchObject({ requester: 'kim@example.com', requesterKind: 'machine' });
    const { id: request } = z.object({ id: z.string() }).parse(answer.json());
    const [submitted, , started] = await docket.eventsOf(request);
    expect(submitted).toMatchObject({
      actor: 'kim@example.com',
      actorKind: 'machine',
      roles: ['requester', 'auditor'],
      groups: ['finance', 'legal'],
      credential: `key:${id}`,
    });
    expect(started).toMatchObject({
      actor: 'docket',
      actorKind: 'service',
      roles: [],
      groups: [],
      credential: null,
    });
    expect(statSync(docket.folder.keysFile).mode & 0o777).toBe(0o600);
  });

  it('sees whose keys there are, and nothing that would let anybody use them', async () => {
    const { id } = await create('--identity', 'lee', '--roles', 'approver');
    const { code, stdout, stderr } = await keys('list');
    expect([code, stderr]).toEqual([0, '']);
    const line = stdout.split('\n').find((text) => text.startsWith(id));
    expect(line?.trim().split(/ {2,}/)).toEqual([
      id,
      'lee',
      'human',
      'approver',
      expect.stringMatching(/^\d{4}-\S+Z$/),
      'never',
      'valid',
    ]);
    for (const { salt, hash } of stored()) {
      expect(stdout).not.toContain(salt);
      expect(stdout).not.toContain(hash);
    }
  });

  it('takes a key back: it is refused by its own code, and stays in the list', async () => {
    const { id, plain } = await create('--identity', 'max', '--roles', 'auditor');
    await answered(plain, 200);
    expect(await keys('revoke', `key:${id}`)).toMatchObject({ code: 0, stderr: '' });
    const answer = await answered(plain, 401);
    expect(problemDetails.parse(answer.json()).code).toBe('key-revoked');
    expect(answer.headers['www-authenticate']).toBe('Bearer realm="docket", error="invalid_token"');
    const revokedAt = stored().find((key) => key.id === id)?.revokedAt;
    expect((await keys('revoke', id)).code).toBe(0);
    expect(stored().find((key) => key.id === id)?.revokedAt).toBe(revokedAt);
    expect((await keys('list')).stdout).toContain(`revoked at ${revokedAt}`);
    expect((await list(`${plain.slice(0, -1)}-`)).json()).toMatchObject({
      code: 'unauthenticated',
    });
  });

  it.each([
    ['an unknown role', ['--identity', 'new', '--roles', 'king'], 1],
    ['no role', ['--identity', 'new', '--roles', ','], 1],
    ['a name with a space', ['--identity', 'new one', '--roles', 'auditor'], 1],
    ['the name of the service', ['--identity', 'docket', '--roles', 'auditor'], 1],
    ['a name like another', ['--identity', 'Ada', '--roles', 'auditor'], 1],
    [
      'a time that is over',
      ['--identity', 'new', '--roles', 'auditor', '--expires', '2020-01-01'],
      1,
    ],
    ['no time', ['--identity', 'new', '--roles', 'auditor', '--expires', 'soon'], 1],
    ['a group that is none', ['--identity', 'new', '--roles', 'auditor', '--groups', 'a\nb'], 1],
  ])('is told in one line what is wrong with %s, and nothing is made', async (_, args, code) => {
    const before = readFileSync(docket.folder.keysFile, 'utf8');
    const result = await keys('create', ...args);
    expect(result).toMatchObject({
      code,
      stdout: '',
      stderr: expect.stringMatching(/^docket: [^\n]+\n$/),
    });
    expect(readFileSync(docket.folder.keysFile, 'utf8')).toBe(before);
  });

  it('is told that there is no such key', async () => {
    expect(await keys('revoke', '0123456789abcdef')).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('There is no key of this id'),
    });
  });

  it.each([['list'], ['revoke', '0123456789abcdef']])(
    'is told what makes a key file where there is none: keys %s',
    async (...args) => {
      const missing = {
        DOCKET_DATA_DIR: join(docket.folder.path, 'missing'),
        DOCKET_KEYS_FILE: '',
      };
      const { code, stderr } = await runCommand(['keys', ...args], missing);
      expect([code, stderr]).toEqual([2, expect.stringMatching(/no such file; .*keys create/)]);
    },
  );
});

describe('A running service', () => {
  it('keeps the last good keys when the file cannot be read, and says so once', async () => {
    const text = readFileSync(docket.folder.keysFile, 'utf8');
    logged = '';
    writeFileSync(docket.folder.keysFile, text.slice(0, -40));
    await until(() => logged.includes('stay as they were'));
    expect((await list(docket.folder.keys.audrey)).status).toBe(200);
    // One more look, which must not tell it again.
    await sleep(1_100);
    expect(logged).toContain('it is no JSON');
    for (const { salt, hash } of keyFile.parse(JSON.parse(text)).keys) {
      expect(logged).not.toContain(salt);
      expect(logged).not.toContain(hash.slice(0, 8));
    }
    const none = {
      keys: keyFile.parse(JSON.parse(text)).keys.filter(({ identity }) => identity !== 'ana'),
    };
    writeFileSync(docket.folder.keysFile, JSON.stringify(none));
    const answer = await answered(docket.folder.keys.ana, 401);
    expect(problemDetails.parse(answer.json()).code).toBe('unauthenticated');
    expect(logged.split('stay as they were')).toHaveLength(2);
  });
});
