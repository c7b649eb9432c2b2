import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';

/** A query to run, or to end behind those that were sent before. */
export type ScanMessage =
  { readonly sql: string; readonly parameters: readonly unknown[] } | 'close';

/** What came of a query; answers come in the order of the queries. */
export type ScanAnswer =
  { readonly rows: unknown[] } | { readonly message: string; readonly errcode: number | undefined };

/** A thread with a connection of its own that reads one file, so that the event loop goes on meanwhile. */
export interface Scanner {
  /** Resolves to the rows; throws what SQLite does, with its `errcode`. */
  query(sql: string, parameters: readonly unknown[]): Promise<unknown[]>;
  /** Answers what was asked before, and ends. */
  close(): Promise<void>;
}

type Waiting = PromiseWithResolvers<unknown[]>;

/** The thread, started by the first query, and anew by the next one when it has died. */
export function startScanner(file: string): Scanner {
  let thread: Scanner | null = null;
  const ended = () => (thread = null);
  return {
    query(sql, parameters) {
      thread ??= runThread(file, ended);
      return thread.query(sql, parameters);
    },
    close: async () => thread?.close(),
  };
}

function runThread(file: string, onEnd: () => void): Scanner {
  const source = new URL(`./scan-thread${extname(import.meta.url)}`, import.meta.url);
  const worker = new Worker(source, { workerData: { file }, name: 'view scanner' });
  const waiting: Waiting[] = [];
  let ended = false;
  const end = (error: Error): void => {
    // It fails and then exits; by then the next one may be there.
    if (ended) return;
    ended = true;
    onEnd();
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  const send = (message: ScanMessage): void => worker.postMessage(message);
  worker.on('message', (answer: ScanAnswer) => settle(waiting.shift(), answer));
  worker.on('error', end);
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.once('exit', () => end(new Error('The thread that reads the views ended.')));
  return {
    query(sql, parameters) {
      const answer = Promise.withResolvers<unknown[]>();
      waiting.push(answer);
      send({ sql, parameters });
      return answer.promise;
    },
    close() {
      send('close');
      return exited;
    },
  };
}

function settle(waiting: Waiting | undefined, answer: ScanAnswer): void {
  if ('rows' in answer) waiting?.resolve(answer.rows);
  else waiting?.reject(Object.assign(new Error(answer.message), { errcode: answer.errcode }));
}
