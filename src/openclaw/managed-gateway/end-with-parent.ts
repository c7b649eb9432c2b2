// Loaded into the gateway's process by `--import`, before OpenClaw: ends it when the service that started it is gone, however
// that ended. The parent's id comes as `?parent=<pid>`, because threads and children of the gateway inherit the flag.
import { isMainThread } from 'node:worker_threads';

const DRAIN_MS = 10_000;

const parent = Number(new URL(import.meta.url).searchParams.get('parent'));

if (isMainThread && process.ppid === parent) {
  // The other end of this pipe is held by the parent alone, and the system closes it with the parent.
  process.stdin.once('close', end).on('error', end).resume();
}

function end(): void {
  process.kill(process.pid, 'SIGTERM');
  setTimeout(() => process.kill(process.pid, 'SIGKILL'), DRAIN_MS).unref();
}
