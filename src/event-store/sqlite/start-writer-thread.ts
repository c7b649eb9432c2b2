import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import { EventStoreError, type EventStoreErrorCode } from '../event-store.errors.js';
import type { WriteBatch } from './append-queue.js';
import type { AppendOutcome, AppendRequest } from './event-writer.js';
import { toEventStoreError } from './sqlite-errors.js';

/** What the thread is told: a batch to write, or to end behind what it was told before. */
export type WriterMessage = readonly AppendRequest[] | 'close';

/** What came of a batch; answers come in the order of the batches. The first one, without outcomes, says that the log is open. */
export type WriterAnswer =
  | { readonly outcomes: readonly AppendOutcome[] }
  | { readonly code: EventStoreErrorCode; readonly message: string };

/** A thread of its own that writes the log. */
export interface WriterThread {
  readonly write: WriteBatch;
  /** Writes what it was given before, and ends. */
  close(): Promise<void>;
}

type Waiting = PromiseWithResolvers<readonly AppendOutcome[]>;

const WRITER = new URL(`./writer-thread${extname(import.meta.url)}`, import.meta.url);

/**
 * The thread, started by the first write, and anew by the next one when it has died: many a store is opened to be read.
 * `source` is its module.
 */
export function startWriterThread(file: string, source: URL = WRITER): WriterThread {
  let thread: Promise<WriterThread> | null = null;
  const ended = () => (thread = null);
  return {
    async write(batch) {
      thread ??= runWriterThread(file, source, ended);
      return (await thread).write(batch);
    },
    close: async () => (await thread)?.close(),
  };
}

/** Resolves to the thread once it has the log open; throws `unavailable` when it cannot. */
async function runWriterThread(
  file: string,
  source: URL,
  onEnd: () => void,
): Promise<WriterThread> {
  const worker = new Worker(source, { workerData: { file }, name: 'event log writer' });
  const waiting: Waiting[] = [];
  let ended: EventStoreError | null = null;
  const end = (error: EventStoreError): void => {
    // It fails and then exits; by then the next one may be there.
    if (ended) return;
    ended = error;
    onEnd();
    for (const { reject } of waiting.splice(0)) reject(error);
  };
  const answer = (): Promise<readonly AppendOutcome[]> => {
    const next = Promise.withResolvers<readonly AppendOutcome[]>();
    waiting.push(next);
    return next.promise;
  };
  worker.on('message', (message: WriterAnswer) => settle(waiting.shift(), message));
  worker.on('error', (cause) => end(toEventStoreError(cause, file, 'outcome-unknown')));
  const exited = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  worker.once('exit', () => end(endedUnasked(file)));
  await answer().catch(refuse);
  return {
    async write(batch) {
      if (ended) return refuse(ended);
      worker.postMessage(batch satisfies WriterMessage);
      return answer();
    },
    async close() {
      if (!ended) worker.postMessage('close' satisfies WriterMessage);
      await exited;
    },
  };
}

function settle(waiting: Waiting | undefined, answer: WriterAnswer): void {
  if ('outcomes' in answer) waiting?.resolve(answer.outcomes);
  else waiting?.reject(new EventStoreError(answer.code, answer.message));
}

/** What the thread never got was certainly not written. */
function refuse(cause: EventStoreError): never {
  throw new EventStoreError('unavailable', cause.message, { cause });
}

const endedUnasked = (file: string): EventStoreError =>
  new EventStoreError('outcome-unknown', `The thread that writes the event log ${file} ended.`);
