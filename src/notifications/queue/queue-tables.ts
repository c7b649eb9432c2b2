import type { Transaction } from 'kysely';

/** How far the log was gone through for each endpoint, whether the configuration still names it or not. */
interface FeedTable {
  endpoint: string;
  /** Position of the last event that was looked at, a decimal string; null before the first. */
  position: string | null;
  /** Id of the log's first event: tells another log. */
  first_event: string | null;
  /** SHA-256 of the address that answered 410, until somebody tries it again; null otherwise. */
  gone: string | null;
}

/** What is still to be delivered, and what was given up. What was delivered is not in here. */
interface DeliveryTable {
  /** The `webhook-id`. */
  id: string;
  endpoint: string;
  type: string;
  request_id: string;
  payload: string;
  queued_at: string;
  /** When it is tried next; while it is being tried, when it is taken for abandoned. */
  due_at: string;
  /** Tries that were begun. */
  attempts: number;
  tried_at: string | null;
  /** Why the last try failed, see `FailureCode`, and the status that it was answered with. */
  failure: string | null;
  status: number | null;
  /** When it was given up; null while it is still tried. */
  dead_at: string | null;
}

/** As with the views: times and positions are text, and there are no booleans. */
export interface QueueTables {
  webhook_schema: { version: number };
  webhook_feed: FeedTable;
  webhook_delivery: DeliveryTable;
}

export type QueueTransaction = Transaction<QueueTables>;
