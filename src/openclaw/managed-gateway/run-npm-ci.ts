import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { ManagedGatewayError } from './managed-gateway.errors.js';
import { npmCommand } from './npm-command.js';

const LIMIT_MS = 15 * 60_000;
const KEPT_OUTPUT = 8_000;

/** Said on the command line, so that no npm configuration of the user's changes what is installed or where. */
const ARGUMENTS = [
  'ci',
  '--ignore-scripts',
  '--no-audit',
  '--no-fund',
  '--no-global',
  '--no-dry-run',
  '--no-workspaces',
  '--package-lock',
  '--no-package-lock-only',
  '--no-legacy-peer-deps',
  '--install-strategy=hoisted',
  '--include=optional',
  '--loglevel=error',
];

const FOREIGN_SECRETS = /^(?:DOCKET|OPENCLAW|OPENAI)_/iu;

/** Installs what the lock file in `folder` says, and runs no script of any package. Throws `install-failed` or `npm-missing`. */
export async function runNpmCi(
  folder: string,
  environment: NodeJS.ProcessEnv,
  signal?: AbortSignal,
): Promise<void> {
  signal?.throwIfAborted();
  const npm = npmCommand(environment);
  const child = spawn(npm.file, [...npm.args, ...ARGUMENTS], {
    cwd: folder,
    env: withoutSecrets(environment),
    stdio: ['ignore', 'ignore', 'pipe'],
    windowsHide: true,
    timeout: LIMIT_MS,
    ...(signal && { signal }),
  });
  let output = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    output = (output + text).slice(-KEPT_OUTPUT);
  });
  const code = await exitCode(child);
  if (code !== 0) throw new ManagedGatewayError('install-failed', explain(output));
}

async function exitCode(child: ReturnType<typeof spawn>): Promise<unknown> {
  try {
    const [code] = await once(child, 'close');
    return code;
  } catch (cause) {
    throw new ManagedGatewayError(
      'npm-missing',
      'OpenClaw cannot be installed: npm does not start.',
      { cause },
    );
  }
}

function withoutSecrets(environment: NodeJS.ProcessEnv): NodeJS.ProcessEnv {
  return Object.fromEntries(
    Object.entries(environment).filter(([name]) => !FOREIGN_SECRETS.test(name)),
  );
}

function explain(output: string): string {
  const code = /npm (?:error|ERR!) code (\w+)/u.exec(output)?.[1] ?? 'no error code';
  return `OpenClaw could not be installed (npm: ${code}). ${advice(code)}`;
}

function advice(code: string): string {
  switch (code) {
    case 'ENOSPC':
      return 'The disk is full: it needs about 1 GB.';
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
      return 'The folder cannot be written: check its permissions.';
    case 'EINTEGRITY':
      return 'A package is not the one in openclaw/package-lock.json: check the npm registry and its cache.';
    case 'EUSAGE':
      return 'openclaw/package.json and openclaw/package-lock.json do not fit together.';
    default:
      return 'Check the network and the npm registry, then start again; or set OPENCLAW_URL and OPENCLAW_TOKEN to use a gateway that is already there.';
  }
}
