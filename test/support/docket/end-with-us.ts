/**
 * What makes a Node process that has our end of a pipe as standard input end when we are gone, however that came about:
 * arguments for Node. It keeps no process alive that has nothing else to do.
 */
export const END_WITH_US: readonly string[] = [
  '--import',
  `data:text/javascript,${encodeURIComponent(`
    import { isMainThread } from 'node:worker_threads';
    if (isMainThread) {
      process.stdin.on('error', () => undefined).on('close', () => process.kill(process.pid, 'SIGKILL'));
      process.stdin.resume().unref();
    }
  `)}`,
];
