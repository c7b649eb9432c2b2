import type { EventStoreErrorCode } from '../../event-store/event-store.errors.js';
import type { Position } from '../../event-store/event-store.js';
import type { Checkpoint } from './checkpoints.js';
import type { ProjectorReport } from './projector-report.js';

/** The files of a log and of views that the thread opens for itself. */
export interface EmbeddedFiles {
  readonly log: string;
  readonly views: string;
}

/** What the thread is told: somebody committed, somebody waits for a position, or to end behind the batch under way. */
export type ThreadMessage =
  | { readonly type: 'committed' }
  | { readonly type: 'awaited'; readonly position: Position }
  | { readonly type: 'stop' };

/** Why the thread ended although nobody told it to. */
export type ThreadFailure =
  | { readonly of: 'log'; readonly code: EventStoreErrorCode; readonly message: string }
  | { readonly of: 'views'; readonly message: string }
  | { readonly of: 'thread'; readonly message: string };

/** What the thread tells. */
export type ThreadReport =
  | {
      readonly type: 'moved';
      readonly checkpoints: readonly (readonly [string, Checkpoint])[];
      readonly events: number;
    }
  | { readonly type: 'reported'; readonly report: ProjectorReport }
  | { readonly type: 'failed'; readonly failure: ThreadFailure };
