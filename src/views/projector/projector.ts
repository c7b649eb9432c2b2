import type { Position, ReadableEventStore } from '../../event-store/event-store.js';
import { systemClock, type Clock } from '../../runtime/clock.js';
import { emptyView } from '../database/prepare-views.js';
import type { ViewDatabase } from '../database/view-database.js';
import type { Projection } from '../projection.js';
import { ViewError } from '../view-error.js';
import { isBehind, lockCheckpoints, type Checkpoints } from './checkpoints.js';
import { followLog } from './follow-log.js';
import { keepProjecting } from './keep-projecting.js';
import type { FollowLog, Projecting } from './projecting.js';
import type { ProjectorReport } from './projector-report.js';
import { ViewPositions } from './view-positions.js';
import { viewStatus, type ViewStatus } from './view-status.js';

/** How far a rebuild is. */
export interface RebuildProgress {
  /** Events that this process has gone through so far. */
  readonly events: number;
  readonly position: Position;
  /** Where the log ended when the rebuild began. */
  readonly head: Position;
}

/**
 * Keeps every view up to date with the event store: replays what they miss, then follows live. Of several processes over one
 * database one does so at a time; the others know where the views stand, and take over when it goes.
 */
export class Projector {
  readonly #views: Projecting;
  #run: { readonly stop: AbortController; readonly ended: Promise<void> } | null = null;
  #isProjecting = false;
  #onMoved: (events: number) => void = () => {};

  constructor(
    private readonly store: ReadableEventStore,
    private readonly database: ViewDatabase,
    private readonly projections: readonly Projection[],
    report: (report: ProjectorReport) => void,
    private readonly clock: Clock = systemClock,
    follow: FollowLog = followLog,
  ) {
    const positions = new ViewPositions(projections.map(({ name }) => name));
    const moved = (checkpoints: Checkpoints, events: number) => this.#moved(checkpoints, events);
    const leading = (isLeading: boolean) => (this.#isProjecting = isLeading);
    this.#views = { store, database, projections, positions, report, moved, leading, follow };
  }

  /** Whether this process fills the views; otherwise another one does, or nobody while the database is away. */
  get isProjecting(): boolean {
    return this.#isProjecting;
  }

  /** Begins to project in the background; once started, nothing happens. */
  start(): void {
    if (this.#run) return;
    const stop = new AbortController();
    this.#run = { stop, ended: keepProjecting(this.#views, stop.signal) };
  }

  /** Finishes the batch under way and stops; another process may take over at once. */
  async stop(): Promise<void> {
    const run = this.#run;
    this.#run = null;
    run?.stop.abort();
    await run?.ended;
  }

  /** Position of the last event in a view as far as this process knows, null before its first; throws `view-unknown`. */
  position(view: string): Position | null {
    return this.#views.positions.get(view);
  }

  /**
   * Resolves once the views (all, or the one named) hold everything up to `position`, whoever fills them; throws
   * `ViewBehind` after `timeout` milliseconds. Whether the log reaches that position at all is for the caller to check.
   */
  waitFor(position: Position, timeout: number, view?: string): Promise<void> {
    return this.#views.positions.waitFor(position, timeout, view);
  }

  /**
   * Resolves to where each view stands, how far behind in time, and which streams it had to leave. Throws
   * `views-unavailable`, and `EventStoreError`.
   */
  status(): Promise<readonly ViewStatus[]> {
    return viewStatus(this.store, this.database, this.projections, this.clock.now());
  }

  /**
   * Empties one view or all and replays the log into them up to where it ends now; a projector that was running goes
   * on live. Meanwhile queries see the rows that are there already. Throws `view-unknown`.
   */
  async rebuild(view?: string, onProgress?: (progress: RebuildProgress) => void): Promise<void> {
    if (view !== undefined) this.position(view);
    const wasRunning = this.#run !== null;
    await this.stop();
    await this.database.prepare();
    await this.#empty(view);
    await this.#replay(await this.store.head(), onProgress);
    if (!wasRunning) await this.stop();
  }

  async #empty(view: string | undefined): Promise<void> {
    const { projections } = this;
    const emptied = await this.database.write(async (trx) => {
      await lockCheckpoints(trx, projections);
      for (const projection of projections) {
        if (view === undefined || projection.name === view) await emptyView(trx, projection);
      }
      return lockCheckpoints(trx, projections);
    });
    this.#moved(emptied, 0);
  }

  async #replay(
    head: Position | null,
    onProgress?: (progress: RebuildProgress) => void,
  ): Promise<void> {
    let events = 0;
    const { positions } = this.#views;
    const reached = Promise.withResolvers<void>();
    this.#onMoved = (applied) => {
      events += applied;
      const position = positions.smallest();
      if (head !== null && position !== null) onProgress?.({ events, position, head });
      if (!isBehind(position, head)) reached.resolve();
    };
    try {
      this.start();
      if (!isBehind(positions.smallest(), head)) return;
      await Promise.race([reached.promise, this.#endedEarly()]);
    } finally {
      this.#onMoved = () => {};
    }
  }

  async #endedEarly(): Promise<never> {
    await this.#run?.ended;
    throw new ViewError('view-behind', 'The projector was stopped before the views were rebuilt.');
  }

  #moved(checkpoints: Checkpoints, events: number): void {
    this.#views.positions.set(
      [...checkpoints].map(([view, { position }]) => [view, position] as const),
    );
    this.#onMoved(events);
  }
}
