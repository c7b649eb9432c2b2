import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { npmCommand } from './npm-command.js';

describe('npm', () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docket-npm-'));
  });
  afterEach(() => rm(folder, { recursive: true }));

  const file = async (...path: readonly string[]) => {
    const name = join(folder, ...path);
    await mkdir(dirname(name), { recursive: true });
    await writeFile(name, '');
    return name;
  };

  it('is the one that runs us, under our own Node', async () => {
    const own = await file('bin', 'npm-cli.js');
    const command = npmCommand({ npm_execpath: own, PATH: '' });
    expect(command).toEqual({ file: process.execPath, args: [own] });
  });

  it('is not another package manager that runs us', async () => {
    const yarn = await file('yarn.js');
    const npm = await file('npm');
    const command = npmCommand({ npm_execpath: yarn, PATH: folder }, 'linux');
    expect(command).toEqual({ file: npm, args: [] });
  });

  it('is the first one on the PATH', async () => {
    const npm = await file('second', 'npm');
    const path = [join(folder, 'first'), join(folder, 'second')].join(delimiter);
    expect(npmCommand({ PATH: path }, 'linux')).toEqual({ file: npm, args: [] });
  });

  it('is its script on Windows, where a command file needs a shell', async () => {
    await file('npm.cmd');
    const script = await file('node_modules', 'npm', 'bin', 'npm-cli.js');
    const command = npmCommand({ Path: folder }, 'win32');
    expect(command).toEqual({ file: process.execPath, args: [script] });
  });

  it('is missed with a word on what to do', () => {
    expect(() => npmCommand({ PATH: folder }, 'linux')).toThrow(
      expect.objectContaining({
        code: 'npm-missing',
        message: expect.stringContaining('Install Node.js with npm'),
      }),
    );
  });
});
