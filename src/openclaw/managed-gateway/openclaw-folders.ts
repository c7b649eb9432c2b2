import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';

const PROJECT_ROOT = resolve(import.meta.dirname, '..', '..', '..');

/** The manifest and lock file that say which OpenClaw is installed. */
export const PACKAGE_FOLDER = join(PROJECT_ROOT, 'openclaw');

/** Where OpenClaw is installed unless told otherwise. */
export const INSTALL_FOLDER = join(PROJECT_ROOT, '.openclaw');

/** The files that are copied from the package folder into an installation. */
export const PACKAGE_FILES = ['package.json', 'package-lock.json'] as const;

/** Native packages make an installation good for one platform only; its folder name starts with this. */
export const PLATFORM = `${process.platform}-${process.arch}-`;

/**
 * The folder name of one installation: the platform, and the SHA-256 of manifest and lock file, so that a changed lock is
 * another installation.
 */
export async function installationName(packageFolder: string): Promise<string> {
  const hash = createHash('sha256');
  for (const file of PACKAGE_FILES) hash.update(await readFile(join(packageFolder, file)));
  return `${PLATFORM}${hash.digest('hex').slice(0, 16)}`;
}

/** The program of an installation. */
export function entryOf(installation: string): string {
  return join(installation, 'node_modules', 'openclaw', 'openclaw.mjs');
}
