import { execFile } from 'node:child_process';
import * as fs from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { projectRoot } from '../../src/runtime/project-root.js';

const run = promisify(execFile);
const scripts = join(projectRoot, 'deploy');
const SHELL_SCRIPTS = [
  'make-env.sh',
  'eventstoredb/make-certificates.sh',
  'eventstoredb/back-up.sh',
  'eventstoredb/restore.sh',
];

let folder: string;
beforeEach(async () => {
  folder = await fs.mkdtemp(join(tmpdir(), 'docket-deploy-'));
});
afterEach(() => fs.rm(folder, { recursive: true, force: true }));

const at = (...path: string[]): string => join(folder, ...path);
const sh = (script: string, args: readonly string[], path = '') =>
  run('sh', [join(scripts, script), ...args], {
    env: { PATH: `${path}:${process.env['PATH']}`, TMPDIR: folder },
  });

async function write(files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await fs.mkdir(join(at(name), '..'), { recursive: true });
    await fs.writeFile(at(name), content);
  }
}

describe('The scripts', () => {
  it.each(SHELL_SCRIPTS)('%s can be read by a plain shell', async (script) => {
    await expect(run('sh', ['-n', join(scripts, script)])).resolves.toBeDefined();
  });

  it('set-up-access.js can be read by Node.js', async () => {
    const script = join(scripts, 'eventstoredb', 'set-up-access.js');
    await expect(run(process.execPath, ['--check', script])).resolves.toBeDefined();
  });
});

describe('make-env.sh', () => {
  const copied = () => at('make-env.sh');
  beforeEach(async () => {
    for (const name of ['make-env.sh', '.env.example']) {
      await fs.copyFile(join(scripts, name), at(name));
    }
  });

  it('writes a random value for every password and token, readable by its owner alone', async () => {
    await run('sh', [copied()]);
    const text = await fs.readFile(at('.env'), 'utf8');
    const random = [...text.matchAll(/^\w+_(?:PASSWORD|TOKEN)=(.*)$/gm)].map(([, value]) => value);
    expect(random).toHaveLength(5);
    for (const value of random) expect(value).toMatch(/^[0-9a-f]{64}$/);
    expect(new Set(random).size).toBe(random.length);
    expect((await fs.stat(at('.env'))).mode & 0o777).toBe(0o600);
  });

  it('leaves a file alone that is there already', async () => {
    await write({ '.env': 'mine' });
    await expect(run('sh', [copied()])).rejects.toMatchObject({ code: 1 });
    expect(await fs.readFile(at('.env'), 'utf8')).toBe('mine');
  });
});

/** Stands in for es-gencert-cli 1.0.2: the same arguments, files and modes, but numbers for certificates. */
const CERTIFICATE_TOOL = `#!/bin/sh
set -eu
kind=\${1#create-}
while [ "$1" != -out ]; do shift; done
count=$(cat "$0.count" 2>/dev/null || echo 0)
echo $((count + 1)) >"$0.count"
mkdir "$2"
echo "$count" >"$2/$kind.key"
echo "$count" >"$2/$kind.crt"
chmod 0400 "$2/$kind.key"
chmod 0444 "$2/$kind.crt"
`;

describe('make-certificates.sh', () => {
  const nodes = ['node-1', 'node-2'];
  const make = (...options: string[]) =>
    sh('eventstoredb/make-certificates.sh', [...options, folder, ...nodes], at('bin'));
  const contents = async () =>
    Object.fromEntries(
      await Promise.all(
        ['authority/ca.key', 'trust/ca.crt', 'node-1/node.crt', 'node-2/node.key'].map(
          async (file) => [file, (await fs.readFile(at(file), 'utf8')).trim()] as const,
        ),
      ),
    );

  beforeEach(async () => {
    // Only root may give files away.
    await write({ 'bin/es-gencert-cli': CERTIFICATE_TOOL, 'bin/chown': '#!/bin/sh\n' });
    for (const tool of ['es-gencert-cli', 'chown']) await fs.chmod(at('bin', tool), 0o755);
    for (const name of ['authority', 'trust', ...nodes]) await fs.mkdir(at(name));
  });

  it('makes an authority and a certificate for each node', async () => {
    await make();
    expect(await contents()).toEqual({
      'authority/ca.key': '0',
      'trust/ca.crt': '0',
      'node-1/node.crt': '1',
      'node-2/node.key': '2',
    });
    const mode = async (file: string) => (await fs.stat(at(file))).mode & 0o777;
    expect(await mode('authority/ca.key')).toBe(0o400);
    expect(await mode('node-1/node.key')).toBe(0o400);
    expect(await mode('trust/ca.crt')).toBe(0o444);
    expect(await fs.readdir(at('trust'))).toEqual(['ca.crt']);
  });

  it('leaves what is there, and makes what is missing', async () => {
    await make();
    await fs.rm(at('node-1', 'node.crt'));
    await make();
    expect(await contents()).toMatchObject({ 'trust/ca.crt': '0', 'node-1/node.crt': '3' });
    expect((await contents())['node-2/node.key']).toBe('2');
  });

  it('renews the certificates of the nodes by the same authority', async () => {
    await make();
    await make('--renew');
    expect(await contents()).toEqual({
      'authority/ca.key': '0',
      'trust/ca.crt': '0',
      'node-1/node.crt': '3',
      'node-2/node.key': '4',
    });
  });

  it('fails when the tool makes nothing, although the tool says that all is well', async () => {
    await write({ 'bin/es-gencert-cli': '#!/bin/sh\n' });
    await expect(make()).rejects.toMatchObject({ code: 1 });
    expect(await fs.readdir(at('trust'))).toEqual([]);
  });
});

describe('back-up.sh and restore.sh', () => {
  const DATABASE = {
    'data/chaser.chk': 'chaser',
    'data/epoch.chk': 'epoch',
    'data/proposal.chk': 'proposal',
    'data/truncate.chk': 'truncate',
    'data/writer.chk': 'writer',
    'data/chunk-000000.000000': 'events',
    'data/index/indexmap': 'map',
    'data/index/stream-existence/streamExistenceFilter.chk': 'filter',
    'data/index/7b3a9a0e-0000-4000-8000-000000000000': 'table',
  };
  const backUp = () => sh('eventstoredb/back-up.sh', [at('data'), at('backup')]);
  const restore = () => sh('eventstoredb/restore.sh', [at('backup'), at('restored')]);

  it('bring a database back, to be cut off where the backup began', async () => {
    await write(DATABASE);
    await backUp();
    await fs.mkdir(at('restored'));
    await restore();
    for (const [file, content] of Object.entries(DATABASE)) {
      const restored = await fs.readFile(at(file.replace('data/', 'restored/')), 'utf8');
      expect(restored).toBe(file === 'data/truncate.chk' ? 'chaser' : content);
    }
  });

  it('copy what says how far things go before the things', async () => {
    await write(DATABASE);
    await write({ 'bin/cp': '#!/bin/sh\necho "$2" >>"$LOG"\nexec /bin/cp "$@"\n' });
    await fs.chmod(at('bin', 'cp'), 0o755);
    const env = { PATH: `${at('bin')}:${process.env['PATH']}`, LOG: at('log') };
    await run('sh', [join(scripts, 'eventstoredb/back-up.sh'), at('data'), at('backup')], { env });
    const copied = (await fs.readFile(at('log'), 'utf8')).trim().split('\n');
    expect(copied.map((file) => file.replace(/^.*\/data\/(?:\.\/)?/, ''))).toEqual([
      'index/indexmap',
      'index/stream-existence/streamExistenceFilter.chk',
      'index/7b3a9a0e-0000-4000-8000-000000000000',
      'chaser.chk',
      'epoch.chk',
      'writer.chk',
      'proposal.chk',
      'chunk-000000.000000',
    ]);
  });

  it('overwrite neither a backup nor a database', async () => {
    await write({ ...DATABASE, 'restored/chunk-000000.000000': 'precious' });
    await backUp();
    await expect(backUp()).rejects.toMatchObject({ code: 1 });
    await expect(restore()).rejects.toMatchObject({ code: 1 });
    const kept = await fs.readFile(at('restored', 'chunk-000000.000000'), 'utf8');
    expect(kept).toBe('precious');
  });

  it('refuse a folder that holds no database', async () => {
    await fs.mkdir(at('data'));
    await expect(backUp()).rejects.toMatchObject({ code: 1 });
    expect(await fs.readdir(folder)).toEqual(['data']);
  });
});
