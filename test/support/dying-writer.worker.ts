import { parentPort, workerData } from 'node:worker_threads';

/** In the place of the thread that writes the log: it opens, and dies of what it is given first. */
const port = parentPort!;
const { file: way } = workerData as { readonly file: string };

port.on('message', () => {
  if (way === 'by an error') throw new Error('The thread met something it had not expected.');
  process.exit(1);
});
port.postMessage({ outcomes: [] });
