import { execFile } from 'node:child_process';
import {
  lstatSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { LOAD_TYPESCRIPT } from '../../test/support/load-typescript.js';
import { ConfigurationError } from '../runtime/configuration.error.js';
import { issueKey } from './api-key.js';
import { changeKeyFile, openKeyFile, readKeyFile } from './key-file.js';
import { KeyRing } from './key-ring.js';
import { role } from './principal.js';

const run = promisify(execFile);
/** Runs a script in a process of its own, which may import TypeScript. */
const runScript = (script: string, ...args: string[]) =>
  run(process.execPath, [...LOAD_TYPESCRIPT, '--input-type=module', '-e', script, ...args]);
const keyFileOpened = z.object({
  keys: z.array(z.unknown()),
  firstKeysFile: z.string().nullable(),
});

describe('The key file', () => {
  let folder: string;
  let file: string;
  let first: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'docket-keys-'));
    file = join(folder, 'keys.json');
    first = join(folder, 'first-keys.json');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('is made with one key a role, whose plain text is written once beside it', () => {
    const opened = openKeyFile(file, first);
    expect(opened.firstKeysFile).toBe(first);
    const plain = z.record(role, z.string()).parse(JSON.parse(readFileSync(first, 'utf8')));
    const ring = new KeyRing(opened.keys);
    for (const name of role.options) {
      expect(ring.authenticate(plain[name])).toMatchObject({
        id: name,
        kind: name === 'requester' ? 'machine' : 'human',
        roles: [name],
        groups: [],
      });
    }
    for (const one of [file, first]) expect(statSync(one).mode & 0o777).toBe(0o600);
  });

  it('is read again as it is, and the plain keys are not needed any more', () => {
    const made = openKeyFile(file, first);
    rmSync(first);
    expect(openKeyFile(file, first)).toEqual({ keys: made.keys, firstKeysFile: null });
  });

  it.each([
    ['folders of their own', ['a', 'b', 'c', 'd']],
    ['the same folder', ['a', 'a', 'a', 'a']],
  ])(
    'is made by one of several processes that start at once in %s, and read by the others',
    async (_, names) => {
      const url = new URL('./key-file.ts', import.meta.url).href;
      const open = async (name: string) => {
        const script = `const { openKeyFile } = await import(${JSON.stringify(url)});
        // All go at the same moment, however long each took to load.
        const wait = Math.max(0, Number(process.argv[3]) - Date.now());
        Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, wait);
        console.log(JSON.stringify(openKeyFile(...process.argv.slice(1, 3))));`;
        const { stdout } = await runScript(script, file, join(folder, name), String(begin));
        return keyFileOpened.parse(JSON.parse(stdout));
      };
      const begin = Date.now() + 1_000;
      const all = await Promise.all(names.map(open));
      expect(new Set(all.map(({ keys }) => JSON.stringify(keys))).size).toBe(1);
      const [winner, ...others] = all.filter(({ firstKeysFile }) => firstKeysFile !== null);
      expect(others).toEqual([]);
      const firstKeys = winner?.firstKeysFile ?? '';
      expect(readdirSync(folder).toSorted()).toEqual(
        [basename(firstKeys), 'keys.json', 'keys.json-lock'].toSorted(),
      );
      const plain = z.record(role, z.string()).parse(JSON.parse(readFileSync(firstKeys, 'utf8')));
      const ring = new KeyRing(readKeyFile(file));
      for (const name of role.options) {
        expect(ring.authenticate(plain[name])).toMatchObject({ id: name });
      }
    },
  );

  describe('while it is changed', () => {
    const added = () => issueKey({ id: 'ada', roles: ['requester'], groups: [] }).stored;

    it('loses no change of any of several processes, and is nobody else’s to read', async () => {
      const [ring, issue] = ['./key-file.ts', './api-key.ts'].map(
        (name) => new URL(name, import.meta.url).href,
      );
      const script = `const { changeKeyFile } = await import(${JSON.stringify(ring)});
        const { issueKey } = await import(${JSON.stringify(issue)});
        for (let made = 0; made < 20; made += 1) changeKeyFile(process.argv[1], (keys) =>
          [...keys, issueKey({ id: 'ada', roles: ['requester'], groups: [] }).stored]);`;
      await Promise.all(['a', 'b', 'c'].map(() => runScript(script, file)));
      expect(new Set(readKeyFile(file).map(({ id }) => id)).size).toBe(60);
      expect(readdirSync(folder).toSorted()).toEqual(['keys.json', 'keys.json-lock']);
      expect(statSync(file).mode & 0o777).toBe(0o600);
    });

    it('is whole for readers, before or after', () => {
      changeKeyFile(file, () => [added()]);
      const before = readFileSync(file, 'utf8');
      changeKeyFile(file, (keys) => {
        expect(readFileSync(file, 'utf8')).toBe(before);
        return [...keys, added()];
      });
      expect(readKeyFile(file)).toHaveLength(2);
    });

    it('stays as it was when the change is refused, and can be changed again', () => {
      const refuse = () => {
        throw new Error('No.');
      };
      expect(() => changeKeyFile(file, refuse)).toThrow('No.');
      expect(readdirSync(folder)).toEqual(['keys.json-lock']);
      changeKeyFile(file, () => [added()]);
      expect(() => changeKeyFile(file, refuse)).toThrow('No.');
      expect(readKeyFile(file)).toHaveLength(1);
    });

    it('says what keeps it from being changed', () => {
      writeFileSync(`${file}-lock`, 'This is no lock of ours, and long enough for that.');
      const change = () => changeKeyFile(file, () => [added()]);
      expect(change).toThrow(`DOCKET_KEYS_FILE: ${file}-lock cannot be locked (`);
      const away = join(folder, 'nowhere', 'keys.json');
      const opening = /keys\.json-lock cannot be locked \(unable to open database file\)$/;
      expect(() => changeKeyFile(away, () => [added()])).toThrow(opening);
      expect(readdirSync(folder)).toEqual(['keys.json-lock']);
    });

    it('stays where a link leads to it', () => {
      const elsewhere = join(folder, 'elsewhere.json');
      changeKeyFile(elsewhere, () => [added()]);
      symlinkSync(elsewhere, file);
      changeKeyFile(file, (keys) => [...keys, added()]);
      expect(lstatSync(file).isSymbolicLink()).toBe(true);
      expect(readKeyFile(elsewhere)).toHaveLength(2);
    });
  });

  const key = issueKey({ id: 'ada', roles: ['requester'], groups: [] }).stored;
  it.each([
    ['no JSON', '{"keys":'],
    ['something else', '[]'],
    ['an unknown role', JSON.stringify({ keys: [{ ...key, roles: ['king'] }] })],
    ['no role', JSON.stringify({ keys: [{ ...key, roles: [] }] })],
    ['nobody', JSON.stringify({ keys: [{ ...key, identity: '' }] })],
    ['a hash cut off', JSON.stringify({ keys: [{ ...key, hash: key.hash.slice(1) }] })],
    ['a time that is none', JSON.stringify({ keys: [{ ...key, expiresAt: 'soon' }] })],
    ['an unknown field', JSON.stringify({ keys: [{ ...key, plain: 'docket_x' }] })],
  ])('with %s in it stops the start in one line that shows no hash', (_, text) => {
    writeFileSync(file, text);
    const open = () => openKeyFile(file, first);
    expect(open).toThrow(ConfigurationError);
    expect(open).toThrow(/^DOCKET_KEYS_FILE \S+keys\.json cannot be read: [^\n]+$/);
    expect(open).not.toThrow(key.hash.slice(1));
  });
});
