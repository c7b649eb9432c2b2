import type { NewEvent, Position, StoredEvent } from '../../src/event-store/event-store.js';

/** How an append ended for its writer. */
export type AppendOutcome =
  | { readonly kind: 'acknowledged'; readonly version: number; readonly position: Position }
  | { readonly kind: 'conflict'; readonly expected: number; readonly actual: number }
  /** It may have been written or not. */
  | { readonly kind: 'unknown' }
  /** It failed with another code of the port: nothing was written. */
  | { readonly kind: 'refused'; readonly code: string }
  | CallFailed;

/** A call that did not end within its bound, or not with an error of the port. */
export type CallFailed =
  { readonly kind: 'hung' } | { readonly kind: 'broke'; readonly message: string };

/** Times are milliseconds on one clock. */
interface Timed {
  readonly began: number;
  readonly ended: number;
}

export interface AppendRecord extends Timed {
  readonly writer: number;
  readonly stream: string;
  readonly expectedVersion: number;
  readonly events: readonly NewEvent[];
  readonly outcome: AppendOutcome;
}

/** How a read ended for who asked. */
export type ReadOutcome<T> =
  | { readonly kind: 'read'; readonly value: T }
  | { readonly kind: 'refused'; readonly code: string }
  | CallFailed;

/** A read of one stream. */
export interface StreamRead extends Timed {
  readonly stream: string;
  readonly outcome: ReadOutcome<readonly StoredEvent[]>;
}

/** A read of the log from its start. */
export interface LogRead extends Timed {
  readonly limit: number;
  readonly outcome: ReadOutcome<readonly StoredEvent[]>;
}

/** A question for the head of the log. */
export interface HeadRead extends Timed {
  readonly outcome: ReadOutcome<Position | null>;
}

/** From one (re)start of a subscriber to the next. */
export interface SessionRecord {
  readonly after: Position | null;
  /** Whatever the store handed over, applied or not. */
  readonly received: readonly StoredEvent[];
  /** The subscription ended, though nobody asked for it. */
  readonly failure: string | null;
}

export interface SubscriberRecord {
  readonly subscriber: number;
  readonly sessions: readonly SessionRecord[];
  /** What it applied, across its restarts. */
  readonly applied: readonly StoredEvent[];
  /** Whether it came to the end of the log in time. */
  readonly caughtUp: boolean;
}

/** What the store says once the faults have ended and everybody is done. */
export interface FinalView {
  readonly head: Position | null;
  readonly log: readonly StoredEvent[];
}

/** Everything that was asked and answered while a schedule was played. */
export interface History {
  readonly appends: readonly AppendRecord[];
  readonly streamReads: readonly StreamRead[];
  readonly logReads: readonly LogRead[];
  readonly headReads: readonly HeadRead[];
  readonly subscribers: readonly SubscriberRecord[];
  /** What the server itself holds in the end. */
  readonly server: readonly StoredEvent[];
  /** Null when the store could not be asked any more: `troubles` says why. */
  readonly final: FinalView | null;
  /** What did not work though nothing stood in its way any more. */
  readonly troubles: readonly string[];
  /** Drops of subscriptions that the store got over by itself. */
  readonly drops: number;
}
