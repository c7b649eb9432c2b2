import { setTimeout as sleep } from 'node:timers/promises';
import { EventStoreError } from '../../event-store/event-store.errors.js';
import type { EventStore, Position } from '../../event-store/event-store.js';
import { emptyView } from '../database/prepare-view.js';
import type { ViewDatabase } from '../database/view-tables.js';
import type { Projection } from '../projection.js';
import { applyBatch, type Applied } from './apply-batch.js';
import { readBrokenStreams, type BrokenStream } from './broken-streams.js';
import { isBehind, lockCheckpoints, type Checkpoints } from './checkpoints.js';
import { emptyForeignViews } from './empty-foreign-views.js';
import { healBrokenStreams } from './heal-broken-streams.js';
import { mergeBatches } from './merge-batches.js';
import type { ProjectorReport } from './projector-report.js';
import { readEvent } from './read-event.js';
import { ViewPositions } from './view-positions.js';
import { ViewError } from '../view-error.js';

const BOUNDS = { events: 500, data: 8_388_608 };
/** Milliseconds that a view may lag behind of its own accord, where nobody waits for it. */
const LONGEST_REST = 200;
const FIRST_RETRY = 100;
const LAST_RETRY = 5_000;

/** Where one view stands against the log; positions are decimal strings, null before the first event. */
export interface ViewStatus {
  readonly view: string;
  readonly position: string | null;
  readonly head: string | null;
  readonly isCaughtUp: boolean;
  readonly brokenStreams: readonly BrokenStream[];
}

/** How far a rebuild is. */
export interface RebuildProgress {
  /** Events gone through so far. */
  readonly events: number;
  readonly position: Position;
  /** Where the log ended when the rebuild began. */
  readonly head: Position;
}

/**
 * Keeps every view up to date with the event store: replays what they miss, then follows live. Rows and checkpoints
 * are written in one transaction, so that nothing is applied twice or left out, whatever breaks off in between.
 * Whatever fails is reported and tried again from the checkpoints.
 */
export class Projector {
  readonly #positions: ViewPositions;
  #run: { readonly stop: AbortController; readonly ended: Promise<void> } | null = null;
  #onApplied: (events: number) => void = () => {};

  constructor(
    private readonly store: EventStore,
    private readonly database: ViewDatabase,
    private readonly projections: readonly Projection[],
    private readonly report: (report: ProjectorReport) => void,
  ) {
    this.#positions = new ViewPositions(projections.map(({ name }) => name));
  }

  /** Begins to project in the background; once started, nothing happens. */
  start(): void {
    if (this.#run) return;
    const stop = new AbortController();
    this.#run = { stop, ended: this.#project(stop.signal) };
  }

  /** Finishes the batch under way and stops. */
  async stop(): Promise<void> {
    const run = this.#run;
    this.#run = null;
    run?.stop.abort();
    await run?.ended;
  }

  /** Position of the last event in a view, null before its first; throws `view-unknown`. */
  position(view: string): Position | null {
    return this.#positions.get(view);
  }

  /**
   * Resolves once the views (all, or the one named) hold everything up to `position`; throws `ViewBehind` after
   * `timeout` milliseconds. Whether the log reaches that position at all is for the caller to check.
   */
  waitFor(position: Position, timeout: number, view?: string): Promise<void> {
    return this.#positions.waitFor(position, timeout, view);
  }

  /** Resolves to where each view stands and which streams it had to leave. */
  async status(): Promise<readonly ViewStatus[]> {
    const head = await this.store.head();
    const broken = await this.database.reader.transaction().execute(readBrokenStreams);
    return this.projections.map(({ name }) => {
      const position = this.#positions.get(name);
      return {
        view: name,
        position: position?.toString() ?? null,
        head: head?.toString() ?? null,
        isCaughtUp: !isBehind(position, head),
        brokenStreams: broken.filter(({ view }) => view === name),
      };
    });
  }

  /**
   * Empties one view or all and replays the log into them up to where it ends now; a projector that was running goes
   * on live. Meanwhile queries see the rows that are there already. Throws `view-unknown`.
   */
  async rebuild(view?: string, onProgress?: (progress: RebuildProgress) => void): Promise<void> {
    if (view !== undefined) this.#positions.get(view);
    const wasRunning = this.#run !== null;
    await this.stop();
    await this.database.writer.transaction().execute(async (trx) => {
      for (const projection of this.projections) {
        if (view === undefined || projection.name === view) await emptyView(trx, projection);
      }
    });
    await this.#loadPositions();
    await this.#replay(await this.store.head(), onProgress);
    if (!wasRunning) await this.stop();
  }

  async #replay(
    head: Position | null,
    onProgress?: (progress: RebuildProgress) => void,
  ): Promise<void> {
    let events = 0;
    const reached = Promise.withResolvers<void>();
    this.#onApplied = (applied) => {
      events += applied;
      const position = this.#positions.smallest();
      if (head !== null && position !== null) onProgress?.({ events, position, head });
      if (!isBehind(position, head)) reached.resolve();
    };
    try {
      this.start();
      if (!isBehind(this.#positions.smallest(), head)) return;
      await Promise.race([reached.promise, this.#endedEarly()]);
    } finally {
      this.#onApplied = () => {};
    }
  }

  async #endedEarly(): Promise<never> {
    await this.#run?.ended;
    throw new ViewError('view-behind', 'The projector was stopped before the views were rebuilt.');
  }

  async #project(signal: AbortSignal): Promise<void> {
    let retryIn = FIRST_RETRY;
    while (!signal.aborted) {
      try {
        await this.#follow(signal, () => (retryIn = FIRST_RETRY));
      } catch (error) {
        if (error instanceof EventStoreError && error.code === 'closed') return;
        this.report({ type: 'projecting-failed', error, retryIn });
        await sleep(retryIn, undefined, { signal }).catch(() => {});
        retryIn = Math.min(2 * retryIn, LAST_RETRY);
      }
    }
  }

  async #follow(signal: AbortSignal, onProgress: () => void): Promise<void> {
    await this.#prepare();
    const subscription = new AbortController();
    const either = AbortSignal.any([signal, subscription.signal]);
    let after = this.#positions.smallest();
    try {
      for await (const stored of mergeBatches(this.store.subscribe(after, either), BOUNDS)) {
        if (signal.aborted) return;
        const begun = performance.now();
        const events = stored.map(readEvent);
        this.#applied(await applyBatch(this.database, this.projections, { after, events }));
        this.#onApplied(events.length);
        onProgress();
        after = stored.at(-1)?.position ?? after;
        if (events.length < BOUNDS.events) await this.#rest(performance.now() - begun, signal);
      }
    } finally {
      subscription.abort();
    }
    if (!signal.aborted) throw new Error('The subscription to the event store ended.');
  }

  /**
   * Views share the process with the commands they come from: between batches that are not full, three times as long as
   * the last one took is theirs. What comes meanwhile is folded together and costs one row a request.
   */
  async #rest(took: number, signal: AbortSignal): Promise<void> {
    await this.#positions.rest(Math.min(3 * took, LONGEST_REST), signal);
  }

  async #prepare(): Promise<void> {
    for (const view of await emptyForeignViews(this.store, this.database, this.projections)) {
      this.report({ type: 'view-emptied', view });
    }
    for (const stream of await healBrokenStreams(this.store, this.database, this.projections)) {
      this.report({ type: 'stream-healed', ...stream });
    }
    await this.#loadPositions();
  }

  async #loadPositions(): Promise<void> {
    const read = this.database.writer
      .transaction()
      .execute((trx) => lockCheckpoints(trx, this.projections));
    this.#setPositions(await read);
  }

  #applied({ checkpoints, broken }: Applied): void {
    for (const stream of broken) this.report({ type: 'stream-broken', ...stream });
    this.#setPositions(checkpoints);
  }

  #setPositions(checkpoints: Checkpoints): void {
    this.#positions.set([...checkpoints].map(([view, { position }]) => [view, position] as const));
  }
}
