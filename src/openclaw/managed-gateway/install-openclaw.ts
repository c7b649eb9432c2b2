import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, rename, rm } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { ManagedGatewayError } from './managed-gateway.errors.js';
import {
  entryOf,
  INSTALL_FOLDER,
  installationName,
  PACKAGE_FILES,
  PACKAGE_FOLDER,
  PLATFORM,
} from './openclaw-folders.js';
import { processIdentity } from './process-identity.js';
import { withProgressLine, type ProgressOutput } from './progress-line.js';
import { runNpmCi } from './run-npm-ci.js';

const UNFINISHED = /^installing-(?<pid>\d+)-/u;

export interface InstallOptions {
  readonly progress?: ProgressOutput | undefined;
  /** Default: `.openclaw` in the project. */
  readonly directory?: string | undefined;
  /** The folder with `package.json` and `package-lock.json`. Default: `openclaw` in the project. */
  readonly packageFolder?: string | undefined;
  /** npm runs in this environment, without its DOCKET_*, OPENCLAW_* and OPENAI_* variables. Default: ours. */
  readonly environment?: NodeJS.ProcessEnv | undefined;
  /** Aborting it ends npm and leaves nothing behind. */
  readonly signal?: AbortSignal | undefined;
}

/**
 * Makes sure that the OpenClaw of the lock file is installed and returns its program; takes no time when it is. An
 * installation appears in one rename, so a broken one is never used and several processes may install at once.
 * Throws `ManagedGatewayError` `npm-missing` or `install-failed`.
 */
export async function installOpenClaw(options: InstallOptions = {}): Promise<{ entry: string }> {
  const { directory = INSTALL_FOLDER, packageFolder = PACKAGE_FOLDER } = options;
  const installation = join(directory, await installationName(packageFolder));
  const entry = entryOf(installation);
  if (!existsSync(entry)) {
    const label = 'Installing OpenClaw (once; takes about a minute and 650 MB)';
    await withProgressLine(options.progress, label, () =>
      installInto(installation, directory, packageFolder, (folder) =>
        runNpmCi(folder, options.environment ?? process.env, options.signal),
      ),
    );
  }
  return { entry };
}

async function installInto(
  installation: string,
  directory: string,
  packageFolder: string,
  install: (folder: string) => Promise<void>,
): Promise<void> {
  const unfinished = join(directory, `installing-${process.pid}-${randomUUID()}`);
  try {
    await mkdir(unfinished, { recursive: true });
    for (const file of PACKAGE_FILES)
      await copyFile(join(packageFolder, file), join(unfinished, file));
    await install(unfinished);
    await publish(unfinished, installation);
    await removeLeftovers(directory, basename(installation));
  } catch (error) {
    throw asInstallError(error, directory);
  } finally {
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** The first of several processes wins; the others use its installation. */
async function publish(unfinished: string, installation: string): Promise<void> {
  if (!existsSync(entryOf(unfinished))) {
    throw new ManagedGatewayError('install-failed', 'npm ended without having installed OpenClaw.');
  }
  if (existsSync(entryOf(installation))) return;
  await rm(installation, { recursive: true, force: true });
  try {
    await rename(unfinished, installation);
  } catch (error) {
    if (!existsSync(entryOf(installation))) throw error;
  }
}

/** Removes this platform's other versions, and what processes that are gone have left unfinished. */
async function removeLeftovers(directory: string, current: string): Promise<void> {
  for (const name of await readdir(directory)) {
    const isOlder = name.startsWith(PLATFORM) && name !== current;
    if (isOlder || (await isAbandoned(name))) {
      await rm(join(directory, name), { recursive: true, force: true });
    }
  }
}

async function isAbandoned(name: string): Promise<boolean> {
  const pid = UNFINISHED.exec(name)?.groups?.['pid'];
  return pid !== undefined && (await processIdentity(Number(pid))) === null;
}

function asInstallError(error: unknown, directory: string): ManagedGatewayError {
  if (error instanceof ManagedGatewayError) return error;
  const reason = error instanceof Error ? error.message : String(error);
  return new ManagedGatewayError(
    'install-failed',
    `OpenClaw could not be installed in ${directory}: ${reason}`,
    {
      cause: error,
    },
  );
}
