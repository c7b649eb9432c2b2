import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';
import { ManagedGatewayError } from './managed-gateway.errors.js';

/** A program and the arguments that come before npm's own. */
export interface NpmCommand {
  readonly file: string;
  readonly args: readonly string[];
}

/**
 * How to run npm without a shell: the very npm that runs us, or else the one on the PATH. Its script is run with our own Node
 * where it can be found, because a `.cmd` file cannot be started without a shell.
 */
export function npmCommand(
  environment: NodeJS.ProcessEnv,
  platform: NodeJS.Platform = process.platform,
): NpmCommand {
  const own = environment['npm_execpath'];
  if (own !== undefined && /[\\/]npm-cli\.c?js$/u.test(own) && existsSync(own)) return script(own);

  const folders = (environment['PATH'] ?? environment['Path'] ?? '').split(delimiter);
  for (const folder of folders.filter((name) => name !== '')) {
    if (platform !== 'win32' && existsSync(join(folder, 'npm'))) {
      return { file: join(folder, 'npm'), args: [] };
    }
    const beside = join(folder, 'node_modules', 'npm', 'bin', 'npm-cli.js');
    if (platform === 'win32' && existsSync(beside)) return script(beside);
  }
  throw new ManagedGatewayError(
    'npm-missing',
    'OpenClaw cannot be installed: npm was not found. Install Node.js with npm, or set OPENCLAW_URL and OPENCLAW_TOKEN to use a gateway that is already there.',
  );
}

function script(path: string): NpmCommand {
  return { file: process.execPath, args: [path] };
}
