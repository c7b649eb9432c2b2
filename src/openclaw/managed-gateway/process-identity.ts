import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';

const run = promisify(execFile);
const LIMIT_MS = 10_000;

/**
 * One life of a process id: when it started, in the words of the system. The same id with another start is another process.
 * `null` when no such process runs, or when the system does not tell.
 */
export async function processIdentity(pid: number): Promise<string | null> {
  try {
    if (process.platform === 'linux') return await identityFromProc(pid);
    return await identityFromTool(pid);
  } catch {
    return null;
  }
}

async function identityFromProc(pid: number): Promise<string | null> {
  const [stat, boot] = await Promise.all([
    readFile(`/proc/${pid}/stat`, 'utf8'),
    readFile('/proc/sys/kernel/random/boot_id', 'utf8'),
  ]);
  // The second field is a name that may hold blanks and brackets; the fields after it are the state and, as the 20th, the start.
  const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
  const [state, start] = [fields[0], fields[19]];
  return state === 'Z' || start === undefined ? null : `${boot.trim()}/${start}`;
}

async function identityFromTool(pid: number): Promise<string | null> {
  const options = { timeout: LIMIT_MS, windowsHide: true, env: { ...process.env, LC_ALL: 'C' } };
  const { stdout } =
    process.platform === 'win32'
      ? await run(
          'powershell.exe',
          ['-NoProfile', '-Command', `(Get-Process -Id ${pid}).StartTime.ToFileTimeUtc()`],
          options,
        )
      : await run('ps', ['-o', 'lstart=', '-p', String(pid)], options);
  return stdout.trim() || null;
}
