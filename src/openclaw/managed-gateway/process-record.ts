import { readFile, rm, writeFile } from 'node:fs/promises';
import { z } from 'zod';
import { endProcess } from './end-process.js';
import { ManagedGatewayError } from './managed-gateway.errors.js';
import { processIdentity } from './process-identity.js';

const runningProcess = z.object({ pid: z.int().positive(), identity: z.string().min(1) });

/** The gateway's process and the one that started it, each with its start time: an id alone may belong to anybody by now. */
const processRecord = z.object({ gateway: runningProcess, owner: runningProcess });

type RunningProcess = z.infer<typeof runningProcess>;

/** Writes down that this process started `gatewayPid`, so that a later start can find it. */
export async function recordProcess(file: string, gatewayPid: number): Promise<void> {
  const [gateway, owner] = await Promise.all([identify(gatewayPid), identify(process.pid)]);
  if (gateway === null || owner === null) return;
  await writeFile(file, JSON.stringify({ gateway, owner }), { mode: 0o600 });
}

export async function forgetProcess(file: string): Promise<void> {
  await rm(file, { force: true });
}

/**
 * Ends the gateway that a killed service left behind. Throws `directory-in-use` when the service that started it still runs.
 */
export async function endLeftBehindProcess(file: string, graceMs: number): Promise<void> {
  const record = await readRecord(file);
  if (record === null) return;
  if (await stillRuns(record.owner)) {
    throw new ManagedGatewayError(
      'directory-in-use',
      `Process ${record.owner.pid} already runs an OpenClaw gateway here: ${file}. Stop it, or use another data directory.`,
    );
  }
  const { gateway } = record;
  if (await stillRuns(gateway)) {
    await endProcess(gateway.pid, async () => !(await stillRuns(gateway)), graceMs);
  }
  await forgetProcess(file);
}

async function readRecord(file: string) {
  try {
    const parsed = processRecord.safeParse(JSON.parse(await readFile(file, 'utf8')));
    return parsed.success ? parsed.data : null;
  } catch {
    return null;
  }
}

async function identify(pid: number): Promise<RunningProcess | null> {
  const identity = await processIdentity(pid);
  return identity === null ? null : { pid, identity };
}

async function stillRuns({ pid, identity }: RunningProcess): Promise<boolean> {
  return (await processIdentity(pid)) === identity;
}
