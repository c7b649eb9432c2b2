import { parentPort, workerData } from 'node:worker_threads';
import { EventStoreError } from './event-store/event-store.errors.js';
import { openSqliteLog, type SqliteLog } from './event-store/sqlite/sqlite-log.js';
import { DamagedViews, openSoundViews } from './views/database/sqlite/open-sqlite-views.js';
import { followLog } from './views/projector/follow-log.js';
import type {
  EmbeddedFiles,
  ThreadFailure,
  ThreadMessage,
  ThreadReport,
} from './views/projector/thread-messages.js';
import { ViewPositions } from './views/projector/view-positions.js';
import { PROJECTIONS } from './views/projections.js';

/** The thread that fills embedded views: it reads the log and writes the views over connections of its own. */
const port = parentPort!;
const files = workerData as EmbeddedFiles;
const AWAITED_FOR = 60_000;

const stop = new AbortController();
const positions = new ViewPositions(PROJECTIONS.map(({ name }) => name));
const tell = (report: ThreadReport): void => port.postMessage(report);

await project().catch((error: unknown) => tell({ type: 'failed', failure: failureOf(error) }));
port.close();

async function project(): Promise<void> {
  const store = openSqliteLog(files.log);
  port.on('message', (message: ThreadMessage) => hear(message, store));
  try {
    const database = await openSoundViews(files.views, PROJECTIONS);
    try {
      await followLog(
        {
          store,
          database,
          projections: PROJECTIONS,
          positions,
          report: (report) => tell({ type: 'reported', report }),
          moved(checkpoints, events) {
            positions.set([...checkpoints].map(([view, { position }]) => [view, position]));
            tell({ type: 'moved', checkpoints: [...checkpoints], events });
          },
        },
        stop.signal,
        () => {},
      );
    } finally {
      await database.close();
    }
  } finally {
    await store.close();
  }
}

function hear(message: ThreadMessage, store: SqliteLog): void {
  switch (message.type) {
    case 'committed':
      return store.committed();
    case 'awaited':
      // Only to be in no hurry less: whoever waits is told by the thread that asked.
      void positions.waitFor(message.position, AWAITED_FOR).catch(() => {});
      return;
    case 'stop':
      return stop.abort();
  }
}

function failureOf(error: unknown): ThreadFailure {
  const message = error instanceof Error ? error.message : String(error);
  if (error instanceof EventStoreError) return { of: 'log', code: error.code, message };
  if (error instanceof DamagedViews) return { of: 'views', message };
  return { of: 'thread', message };
}
