import { setTimeout as delay } from 'node:timers/promises';

const POLL_MS = 50;
const KILL_WAIT_MS = 5_000;

/**
 * Ends a process that leads its own group: SIGTERM, and after `graceMs` SIGKILL, to the whole group. Resolves once `hasEnded`
 * says so, or 5 s after SIGKILL.
 */
export async function endProcess(
  pid: number,
  hasEnded: () => boolean | Promise<boolean>,
  graceMs: number,
): Promise<void> {
  signalProcess(pid, 'SIGTERM');
  if (!(await within(graceMs, hasEnded))) {
    signalGroup(pid, 'SIGKILL');
    await within(KILL_WAIT_MS, hasEnded);
  }
}

/** Sends the signal to the group that `pid` leads; does nothing when it has no member left. */
export function signalGroup(pid: number, signal: NodeJS.Signals): void {
  signalProcess(process.platform === 'win32' ? pid : -pid, signal);
}

function signalProcess(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It has ended already.
  }
}

async function within(
  limitMs: number,
  condition: () => boolean | Promise<boolean>,
): Promise<boolean> {
  const end = Date.now() + limitMs;
  while (Date.now() < end) {
    if (await condition()) return true;
    await delay(POLL_MS);
  }
  return condition();
}
