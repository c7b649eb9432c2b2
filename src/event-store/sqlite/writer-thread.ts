import { DatabaseSync } from 'node:sqlite';
import { parentPort, receiveMessageOnPort, workerData } from 'node:worker_threads';
import { MAX_COMMIT_APPENDS } from './append-queue.js';
import { setUpWriting } from './connection-settings.js';
import { EventWriter, type AppendRequest } from './event-writer.js';
import { toEventStoreError } from './sqlite-errors.js';
import type { WriterAnswer, WriterMessage } from './start-writer-thread.js';

/** The thread that writes the log. What came in while it wrote shares the next commit. */

type Batch = readonly AppendRequest[];

const port = parentPort!;
const { file } = workerData as { readonly file: string };
const db = new DatabaseSync(file);
setUpWriting(db);
const writer = new EventWriter(db, file);

port.on('message', (message: WriterMessage) => {
  const batches: Batch[] = [];
  let next: WriterMessage | undefined = message;
  for (; next && next !== 'close'; next = roomIn(batches) ? received() : undefined)
    batches.push(next);
  if (batches.length > 0) write(batches);
  if (next === 'close') close();
});
answer({ outcomes: [] });

const received = (): WriterMessage | undefined => receiveMessageOnPort(port)?.message;

const roomIn = (batches: readonly Batch[]): boolean =>
  batches.reduce((sum, { length }) => sum + length, 0) < MAX_COMMIT_APPENDS;

function write(batches: readonly Batch[]): void {
  try {
    const outcomes = writer.write(batches.flat());
    let start = 0;
    for (const { length } of batches) {
      answer({ outcomes: outcomes.slice(start, start + length) });
      start += length;
    }
  } catch (error) {
    const { code, message } = toEventStoreError(error, file, 'outcome-unknown');
    for (const _ of batches) answer({ code, message });
  }
}

function answer(given: WriterAnswer): void {
  port.postMessage(given);
}

function close(): void {
  if (db.isOpen) db.close();
  port.close();
}
