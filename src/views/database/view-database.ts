import type { ViewTransaction } from './view-tables.js';

/** The right to fill the views; one process has it at a time. */
export interface ProjectionLease {
  /** Aborts when the right is lost, for instance with the connection that it hangs on. */
  readonly lost: AbortSignal;
  /** Gives the right back, so that another process may take it at once. */
  release(): Promise<void>;
}

/**
 * The read models' database; the specs of the views run over each adapter. Where it cannot be reached for now, every
 * call throws `views-unavailable`.
 */
export interface ViewDatabase {
  /** Whether other processes may fill and read the same views. */
  readonly isShared: boolean;

  /**
   * Brings tables and views up to this version of Docket where they are not, and empties views that another version of their
   * projection filled; throws `NewerViews` where a newer Docket filled views that others still use.
   */
  prepare(): Promise<void>;

  /** Runs `work` on one state of the database, without waiting for a batch that is being written, except in memory. */
  read<T>(work: (trx: ViewTransaction) => Promise<T>): Promise<T>;

  /**
   * The same for work that looks at many rows: the event loop goes on meanwhile, and one such work waits for another where the
   * views are embedded. In memory it is `read`.
   */
  scan<T>(work: (trx: ViewTransaction) => Promise<T>): Promise<T>;

  /** Runs `work` in a transaction that no other writer overlaps with; what it throws rolls everything back. */
  write<T>(work: (trx: ViewTransaction) => Promise<T>): Promise<T>;

  /** Resolves to the right to fill the views, or to null while another process has it. */
  tryLease(): Promise<ProjectionLease | null>;

  /** Frees everything; nobody may hold the lease any more. */
  close(): Promise<void>;
}
