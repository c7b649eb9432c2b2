import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { z } from 'zod';
import {
  startManagedGateway,
  type ManagedGateway,
} from '../../src/openclaw/managed-gateway/managed-gateway.js';

/** A running OpenClaw in a folder of its own. */
export interface RealGateway {
  readonly gateway: ManagedGateway;
  readonly directory: string;

  /** The id of the gateway's main process. */
  readonly pid: () => Promise<number>;

  /** The ids of all processes that carry the gateway's token in their environment; Linux only, elsewhere the main one. */
  processes(): Promise<readonly number[]>;

  /** Stops it and removes its folder. */
  remove(): Promise<void>;
}

/** Installs OpenClaw if needed and starts it with the rehearsal model; resolves when it is warm. */
export async function startRealGateway(): Promise<RealGateway> {
  const directory = await mkdtemp(join(tmpdir(), 'docket-openclaw-'));
  const gateway = await startManagedGateway({
    directory,
    model: 'openai/gpt-4.1-mini',
    progress: process.stderr,
  });
  const remove = async () => {
    await gateway.stop();
    await rm(directory, { recursive: true, force: true });
  };
  try {
    await gateway.ready();
  } catch (error) {
    await remove();
    throw error;
  }
  const pid = () => recordedPid(directory);
  const processes = () =>
    process.platform === 'linux' ? carriersOf(gateway.token) : pid().then((id) => [id]);
  return { gateway, directory, pid, processes, remove };
}

const record = z.object({ gateway: z.object({ pid: z.int() }) });

async function recordedPid(directory: string): Promise<number> {
  const text = await readFile(join(directory, 'process.json'), 'utf8');
  return record.parse(JSON.parse(text)).gateway.pid;
}

async function carriersOf(token: string): Promise<readonly number[]> {
  const pids = (await readdir('/proc')).filter((name) => /^\d+$/u.test(name));
  const environments = await Promise.all(
    pids.map((pid) => readFile(`/proc/${pid}/environ`, 'utf8').catch(() => '')),
  );
  return pids.filter((_, index) => environments[index]?.includes(token)).map(Number);
}
