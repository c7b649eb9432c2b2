import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { EventStoreError } from '../../event-store/event-store.errors.js';
import { ViewError } from '../view-error.js';
import type { FollowLog, Following } from './projecting.js';
import type {
  EmbeddedFiles,
  ThreadFailure,
  ThreadMessage,
  ThreadReport,
} from './thread-messages.js';

/** A log and views in files, which another thread can open beside this one. */
export interface EmbeddedStores {
  readonly files: EmbeddedFiles;
  /** Calls `follower` after each commit to the log, until `signal` aborts. */
  onCommit(follower: () => void, signal: AbortSignal): void;
  /** The thread met damage in the log, so that nothing is served over it. */
  logDamaged(error: EventStoreError): void;
  /** The thread met damage in the views, so that they are replaced. */
  viewsDamaged(): void;
}

/** Follows the log on a thread of its own, so that no request waits while views are filled; `source` is its module. */
export const followOnThread =
  (source: URL, stores: EmbeddedStores): FollowLog =>
  async (views, signal, onProgress) => {
    const worker = new Worker(source, { workerData: stores.files, name: 'projector' });
    const ended = new AbortController();
    const exited = once(worker, 'exit');
    const tell = (message: ThreadMessage): void => worker.postMessage(message);
    let failure: ThreadFailure | null = null;
    worker.on('message', (report: ThreadReport) => {
      if (report.type === 'failed') failure = report.failure;
      else note(views, report, onProgress);
    });

    stores.onCommit(() => tell({ type: 'committed' }), ended.signal);
    views.positions.onAwaited((position) => tell({ type: 'awaited', position }), ended.signal);
    signal.addEventListener('abort', () => tell({ type: 'stop' }), { signal: ended.signal });
    if (signal.aborted) tell({ type: 'stop' });
    try {
      await exited;
    } finally {
      ended.abort();
    }
    if (failure) throw errorOf(failure, stores);
    if (!signal.aborted) throw new Error('The thread that fills the views ended.');
  };

function note(
  { moved, report }: Following,
  told: Exclude<ThreadReport, { type: 'failed' }>,
  onProgress: () => void,
): void {
  if (told.type === 'reported') return report(told.report);
  moved(new Map(told.checkpoints), told.events);
  onProgress();
}

function errorOf(failure: ThreadFailure, stores: EmbeddedStores): Error {
  switch (failure.of) {
    case 'log': {
      const error = new EventStoreError(failure.code, failure.message);
      if (error.code === 'damaged') stores.logDamaged(error);

      return error;
    }
    case 'views':
      stores.viewsDamaged();

      return new ViewError('views-unavailable', failure.message);
    case 'thread':
      return new Error(failure.message);
  }
}
