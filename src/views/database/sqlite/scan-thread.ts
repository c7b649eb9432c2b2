import { parentPort, workerData } from 'node:worker_threads';
import { openNodeSqlite } from './node-sqlite.js';
import type { ScanAnswer, ScanMessage } from './start-scanner.js';

/** The thread that answers long queries of embedded views, in the order in which they come. */
const port = parentPort!;
const { file } = workerData as { readonly file: string };
const database = openNodeSqlite(file, 'read');

port.on('message', (message: ScanMessage) => {
  if (message !== 'close') return port.postMessage(answerTo(message));
  database.close();
  port.close();
});

function answerTo({ sql, parameters }: Exclude<ScanMessage, 'close'>): ScanAnswer {
  try {
    const statement = database.prepare(sql);
    if (statement.reader) return { rows: statement.all(parameters) };
    statement.run(parameters);
    return { rows: [] };
  } catch (error) {
    // Also the result code of SQLite survives being sent, which errors' own properties do not.
    const { message, errcode } = error as Error & { readonly errcode?: number };
    return { message, errcode };
  }
}
