import type { EventStore } from '../../event-store/event-store.js';
import type { ViewDatabase } from '../database/view-database.js';
import type { Projection } from '../projection.js';
import type { Checkpoints } from './checkpoints.js';
import type { ProjectorReport } from './projector-report.js';
import type { ViewPositions } from './view-positions.js';

/** What the parts of the projector work on together. */
export interface Projecting {
  readonly store: EventStore;
  readonly database: ViewDatabase;
  readonly projections: readonly Projection[];
  readonly positions: ViewPositions;
  readonly report: (report: ProjectorReport) => void;
  /** Takes note of what was committed, and of how many events this process has gone through for it. */
  readonly moved: (checkpoints: Checkpoints, events: number) => void;
  /** Takes note of whether this process fills the views. */
  readonly leading: (isLeading: boolean) => void;
}
