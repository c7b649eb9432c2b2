import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { access, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { processIdentity } from './process-identity.js';
import { endLeftBehindProcess, recordProcess } from './process-record.js';

const GRACE_MS = 300;

describe('The record of the process of a gateway', () => {
  let folder: string;
  let file: string;
  const children: ChildProcess[] = [];

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), 'docket-process-'));
    file = join(folder, 'process.json');
  });
  afterEach(async () => {
    for (const child of children.splice(0)) child.kill('SIGKILL');
    await rm(folder, { recursive: true });
  });

  /** A process that leads its own group, as a gateway does. */
  const running = async (script = 'setInterval(() => {}, 1000)') => {
    const child = spawn(process.execPath, ['-e', `${script}; console.log('up')`], {
      detached: true,
      stdio: ['ignore', 'pipe', 'ignore'],
    });
    children.push(child);
    await once(child.stdout, 'data');
    return { child, pid: child.pid ?? 0, exited: once(child, 'exit') };
  };

  const record = async (gateway: object, owner: object) =>
    writeFile(file, JSON.stringify({ gateway, owner }));

  const somebodyWhoIsGone = { pid: 2_147_483_646, identity: 'long ago' };

  it('leads to the gateway that a killed service left behind, and ends it', async () => {
    const { pid, exited } = await running();
    await record(await life(pid), somebodyWhoIsGone);
    await endLeftBehindProcess(file, GRACE_MS);
    expect((await exited)[1]).toBe('SIGTERM');
    await expect(access(file)).rejects.toThrow('ENOENT');
  });

  it('leads to the end of a gateway that does not want to end', async () => {
    const { pid, exited } = await running(
      "process.on('SIGTERM', () => {}); setInterval(() => {}, 1000)",
    );
    await record(await life(pid), somebodyWhoIsGone);
    await endLeftBehindProcess(file, GRACE_MS);
    expect((await exited)[1]).toBe('SIGKILL');
  });

  it('harms no other process that has the same id by now', async () => {
    const { child, pid } = await running();
    await record({ pid, identity: 'an earlier life' }, somebodyWhoIsGone);
    await endLeftBehindProcess(file, GRACE_MS);
    expect(child.exitCode ?? child.signalCode).toBeNull();
  });

  it('keeps a second service out while the first one runs', async () => {
    const { child, pid } = await running();
    await recordProcess(file, pid);
    await expect(endLeftBehindProcess(file, GRACE_MS)).rejects.toMatchObject({
      code: 'directory-in-use',
      message: expect.stringContaining(String(process.pid)),
    });
    expect(child.exitCode ?? child.signalCode).toBeNull();
  });

  it('may be missing or broken', async () => {
    await endLeftBehindProcess(file, GRACE_MS);
    await writeFile(file, '{"gateway":');
    await endLeftBehindProcess(file, GRACE_MS);
    expect(await readFile(file, 'utf8')).toBe('{"gateway":');
  });

  it('knows a process by its life and not by its id alone', async () => {
    const { child, pid, exited } = await running();
    const identity = await processIdentity(pid);
    expect(await processIdentity(pid)).toBe(identity);
    expect(await processIdentity(process.pid)).not.toBe(identity);
    child.kill('SIGKILL');
    await exited;
    expect(await processIdentity(pid)).toBeNull();
  });
});

const life = async (pid: number) => ({ pid, identity: await processIdentity(pid) });
