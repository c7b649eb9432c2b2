import type { ReadableEventStore } from '../../event-store/event-store.js';
import type { ViewDatabase } from '../database/view-database.js';
import type { Projection } from '../projection.js';
import type { Checkpoints } from './checkpoints.js';
import type { ProjectorReport } from './projector-report.js';
import type { ViewPositions } from './view-positions.js';

/** What is followed, where it is applied, and who hears of it. */
export interface Following {
  readonly store: ReadableEventStore;
  readonly database: ViewDatabase;
  readonly projections: readonly Projection[];
  readonly positions: ViewPositions;
  readonly report: (report: ProjectorReport) => void;
  /** Takes note of what was committed, and of how many events this process has gone through for it. */
  readonly moved: (checkpoints: Checkpoints, events: number) => void;
}

/**
 * Applies what the views miss of the log, then what is appended, until `signal` aborts; the batch under way is finished.
 * `onProgress` hears of each batch. Throws what stands in the way.
 */
export type FollowLog = (
  views: Following,
  signal: AbortSignal,
  onProgress: () => void,
) => Promise<void>;

/** What the parts of the projector work on together. */
export interface Projecting extends Following {
  readonly follow: FollowLog;
  /** Takes note of whether this process fills the views. */
  readonly leading: (isLeading: boolean) => void;
}
