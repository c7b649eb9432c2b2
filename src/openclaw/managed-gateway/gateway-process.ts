import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { extname } from 'node:path';
import { endProcess, signalGroup } from './end-process.js';
import { logTail } from './log-tail.js';
import { ManagedGatewayError } from './managed-gateway.errors.js';

/** How a gateway's process ended. */
export interface GatewayExit {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
}

/** One running process of OpenClaw. */
export interface GatewayProcess {
  readonly pid: number;

  /** Resolves when the process has ended; never rejects. */
  readonly exited: Promise<GatewayExit>;

  /** The last lines it wrote to its error output, secrets taken out. */
  lastLines(): readonly string[];

  /** Ends it: SIGTERM, then SIGKILL after `graceMs`; resolves when it is gone. */
  end(graceMs: number): Promise<void>;
}

/** Starts OpenClaw under this Node, as leader of its own process group. Throws `start-failed` when the system refuses. */
export async function spawnGateway(options: {
  readonly entry: string;
  readonly cwd: string;
  readonly environment: NodeJS.ProcessEnv;
  readonly secrets: readonly string[];
}): Promise<GatewayProcess> {
  const child = spawn(process.execPath, ['--import', endWithParent(), options.entry, 'gateway'], {
    cwd: options.cwd,
    env: options.environment,
    // The input is the pipe that tells it that we live. Its standard output holds every answer in full: nobody reads it.
    stdio: ['pipe', 'ignore', 'pipe'],
    // A Ctrl-C at the terminal is for us: we stop the gateway after what still uses it.
    detached: process.platform !== 'win32',
    windowsHide: true,
  });
  child.stdin.on('error', () => undefined);
  const lastLines = logTail(child.stderr, options.secrets);
  await started(child);
  const pid = child.pid ?? 0;
  const { promise: exited, resolve } = Promise.withResolvers<GatewayExit>();
  child.once('exit', (code, signal) => {
    signalGroup(pid, 'SIGKILL');
    resolve({ code, signal });
  });
  const hasEnded = () => child.exitCode !== null || child.signalCode !== null;
  return { pid, exited, lastLines, end: (graceMs) => endProcess(pid, hasEnded, graceMs) };
}

async function started(child: ReturnType<typeof spawn>): Promise<void> {
  try {
    await once(child, 'spawn');
  } catch (cause) {
    throw new ManagedGatewayError('start-failed', 'The process of OpenClaw could not be started.', {
      cause,
    });
  }
}

/** The module beside this one: TypeScript in tests, JavaScript when built. Node runs both. */
function endWithParent(): string {
  const module = new URL(`end-with-parent${extname(import.meta.url)}`, import.meta.url);
  module.searchParams.set('parent', String(process.pid));
  return module.href;
}
