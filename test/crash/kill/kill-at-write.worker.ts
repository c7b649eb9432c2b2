/**
 * Kills a process as soon as a file in its directory has changed so many times. On a thread of its own: what loads and
 * watches the service is busy, and the change is over within a millisecond.
 */
import { watch } from 'node:fs';
import { parentPort } from 'node:worker_threads';

/** As `WriteKiller` posts it; this file runs without what compiles the others, so it imports none of them. */
interface Order {
  readonly directory: string;
  readonly file: string;
  readonly changes: number;
  readonly pid: number;
}

let stop = (): void => {};

parentPort?.on('message', (order: Order | null) => {
  stop();
  if (order) stop = killAtWrite(order);
});

function killAtWrite({ directory, file, changes, pid }: Order): () => void {
  let left = changes;
  const watcher = watch(directory, (_, changed) => {
    if (changed !== file || (left -= 1) !== 0) return;
    process.kill(pid, 'SIGKILL');
    parentPort?.postMessage(pid, []);
    watcher.close();
  });
  return () => watcher.close();
}
