import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import {
  access,
  copyFile,
  mkdir,
  mkdtemp,
  readdir,
  readFile,
  rm,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { installOpenClaw } from './install-openclaw.js';
import { npmCommand } from './npm-command.js';

const run = promisify(execFile);

/** These tests run the real npm, on a tiny package from the disk. */
describe('Installing OpenClaw', () => {
  let packages: string;
  let first: string;
  let second: string;
  let folder: string;
  let directory: string;

  beforeAll(async () => {
    packages = await mkdtemp(join(tmpdir(), 'docket-packages-'));
    [first, second] = await Promise.all([publish('1.0.0'), publish('2.0.0')]);
  });
  afterAll(() => rm(packages, { recursive: true }));

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docket-install-'));
    directory = join(folder, 'installed');
  });
  afterEach(() => rm(folder, { recursive: true }));

  /** Makes a package of that version, and a folder with the manifest and lock file that ask for it. */
  const publish = async (version: string) => {
    const source = join(packages, `source-${version}`);
    await mkdir(source);
    await writeFile(join(source, 'openclaw.mjs'), `export default '${version}';`);
    const scripts = { postinstall: 'exit 1' };
    await writeJson(join(source, 'package.json'), { name: 'openclaw', version, scripts });
    await npm(source, 'pack', '--pack-destination', packages);
    const packageFolder = join(packages, version);
    await mkdir(packageFolder);
    const dependencies = { openclaw: `file:${packages}/openclaw-${version}.tgz` };
    await writeJson(join(packageFolder, 'package.json'), { dependencies });
    await npm(packageFolder, 'install', '--package-lock-only');
    return packageFolder;
  };

  const install = (environment = process.env, packageFolder = first) =>
    installOpenClaw({ directory, packageFolder, environment });

  it('installs what the lock file says, without running any script of a package', async () => {
    const { entry } = await install();
    expect(await readFile(entry, 'utf8')).toContain('1.0.0');
  });

  it('installs in its own folder whatever the configuration of npm says', async () => {
    const { entry } = await install({
      ...process.env,
      npm_config_global: 'true',
      npm_config_dry_run: 'true',
      npm_config_package_lock: 'false',
      npm_config_package_lock_only: 'true',
      npm_config_workspaces: 'true',
      npm_config_legacy_peer_deps: 'true',
      npm_config_install_strategy: 'linked',
      npm_config_omit: 'optional',
      npm_config_ignore_scripts: 'false',
    });
    expect(await readFile(entry, 'utf8')).toContain('1.0.0');
  });

  it('needs no npm the second time', async () => {
    const { entry } = await install();
    await expect(install({ PATH: '' })).resolves.toEqual({ entry });
  });

  it('installs anew when the lock file has changed, and removes the old version', async () => {
    const old = await install();
    const { entry } = await install(process.env, second);
    expect(await readFile(entry, 'utf8')).toContain('2.0.0');
    await expect(access(old.entry)).rejects.toThrow('ENOENT');
  });

  it('may be done by two at once', async () => {
    const [one, other] = await Promise.all([install(), install()]);
    expect(one).toEqual(other);
    expect(await readdir(directory)).toHaveLength(1);
  });

  it('does not take a broken installation for a whole one', async () => {
    const { entry } = await install();
    await rm(entry);
    await install();
    await access(entry);
  });

  it('removes what a killed installation left behind', async () => {
    const abandoned = join(directory, 'installing-2147483647-x');
    await mkdir(abandoned, { recursive: true });
    await install();
    await expect(access(abandoned)).rejects.toThrow('ENOENT');
  });

  it('fails on a lock file that does not fit, and leaves nothing behind', async () => {
    const unfit = join(folder, 'unfit');
    await mkdir(unfit);
    await copyFile(join(first, 'package.json'), join(unfit, 'package.json'));
    await copyFile(join(second, 'package-lock.json'), join(unfit, 'package-lock.json'));
    await expect(install(process.env, unfit)).rejects.toMatchObject({
      code: 'install-failed',
      message: expect.stringContaining('do not fit together'),
    });
    expect(await readdir(directory)).toEqual([]);
  });

  it('says what to do when npm is missing', async () => {
    await expect(install({ PATH: '' })).rejects.toMatchObject({ code: 'npm-missing' });
  });

  it('ends when it is called off', async () => {
    const stopped = installOpenClaw({
      directory,
      packageFolder: first,
      signal: AbortSignal.timeout(100),
    });
    await expect(stopped).rejects.toMatchObject({ name: 'ManagedGatewayError' });
    expect(await readdir(directory)).toEqual([]);
  });
});

const writeJson = (file: string, data: object) => writeFile(file, JSON.stringify(data));

const npm = async (cwd: string, ...args: readonly string[]) => {
  const command = npmCommand(process.env);
  await run(command.file, [...command.args, ...args, '--offline', '--no-audit'], { cwd });
};
