import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync } from 'node:fs';
import { chown, cp, mkdtemp, readFile, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { installPostgresql } from './install-postgresql.js';

const run = promisify(execFile);

const GUARD = fileURLToPath(new URL('./guard.ts', import.meta.url));

/** PostgreSQL refuses to run as root; then it runs as `nobody`. */
const NOBODY = 65_534;
const uid = process.getuid?.() === 0 ? NOBODY : undefined;

/** A crash of the server is survived; a power cut need not be. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '32MB',
  fsync: 'off',
  full_page_writes: 'off',
  autovacuum: 'off',
};

/** A new folder with an empty cluster. */
export interface Cluster {
  readonly folder: string;
  /** Where the programs are. */
  readonly programs: string;
}

export async function createCluster(superuser: string, password: string): Promise<Cluster> {
  const installed = await installPostgresql();
  const folder = await mkdtemp(join(tmpdir(), 'docket-postgres-'));
  const native = (await isReadable(installed)) ? installed : join(folder, 'native');
  if (native !== installed) await cp(installed, native, { recursive: true });
  const passwordFile = join(folder, 'password');
  await writeFile(passwordFile, password);
  if (uid !== undefined) await Promise.all([folder, passwordFile].map((it) => chown(it, uid, uid)));
  const programs = join(native, 'bin');
  await run(
    join(programs, 'initdb'),
    [
      `--pgdata=${join(folder, 'data')}`,
      `--username=${superuser}`,
      `--pwfile=${passwordFile}`,
      '--auth=scram-sha-256',
      '--set=scram_iterations=1',
      '--encoding=UTF8',
      '--no-locale',
      '--no-sync',
    ],
    { cwd: folder, ...(uid !== undefined && { uid, gid: uid }) },
  );
  return { folder, programs };
}

/** Writes a file for the server alone into its data folder. */
export async function writeServerFile(
  { folder }: Cluster,
  name: string,
  content: string,
): Promise<void> {
  const file = join(folder, 'data', name);
  await writeFile(file, content, { mode: 0o600 });
  if (uid !== undefined) await chown(file, uid, uid);
}

/** A running server, whose own guard ends it together with the process that started it. */
export interface ServerProcess {
  /** Resolves when it has ended, to what it logged. */
  readonly ended: Promise<string>;
  /** Ends it at once, as a crash would; with `keep` the folder stays, to be started on again. */
  end(folder: 'keep' | 'remove'): Promise<void>;
}

export function startServer({ folder, programs }: Cluster, port: number): ServerProcess {
  const settings = Object.entries({ ...SETTINGS, port: String(port) });
  const log = join(folder, 'server.log');
  const output = openSync(log, 'a');
  const guard = spawn(
    process.execPath,
    [
      '--no-warnings',
      GUARD,
      folder,
      String(uid ?? ''),
      join(programs, 'postgres'),
      '-D',
      join(folder, 'data'),
      ...settings.flatMap(([name, value]) => ['-c', `${name}=${value}`]),
    ],
    { stdio: ['pipe', output, output], detached: true, cwd: folder },
  );
  closeSync(output);
  guard.stdin?.on('error', () => {});
  const ended = once(guard, 'exit').then(() => readFile(log, 'utf8').catch(() => ''));
  return {
    ended,
    async end(what) {
      guard.stdin?.end(what === 'keep' ? what : '');
      await ended;
    },
  };
}

/** Whether every user may look into the folder. */
async function isReadable(folder: string): Promise<boolean> {
  if (uid === undefined) return true;
  const { mode } = await stat(folder);
  if ((mode & 0o005) === 0) return false;
  return dirname(folder) === folder || isReachable(dirname(folder));
}

async function isReachable(folder: string): Promise<boolean> {
  const { mode } = await stat(folder);
  if ((mode & 0o001) === 0) return false;
  return dirname(folder) === folder || isReachable(dirname(folder));
}
