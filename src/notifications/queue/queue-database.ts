import type { QueueTransaction } from './queue-tables.js';

/** Where the queue of webhooks is kept: it outlives rebuilds of the views and is in no file of theirs. */
export interface QueueDatabase {
  /** Brings the tables up to this version of Docket where they are not; throws `ConfigurationError` for those of a newer one. */
  prepare(): Promise<void>;

  /** Runs `work` on one state of the database. */
  read<T>(work: (trx: QueueTransaction) => Promise<T>): Promise<T>;

  /** Runs `work` in a transaction that no other writer overlaps with, in whichever process; what it throws rolls everything back. */
  write<T>(work: (trx: QueueTransaction) => Promise<T>): Promise<T>;

  /** Resolves once what was written would outlive a power cut. */
  flush(): Promise<void>;

  /** Frees everything. */
  close(): Promise<void>;
}
