/**
 * Where an event stands in the whole log: a 64-bit integer, strictly increasing in commit order.
 * In JSON it is a decimal string.
 */
export type Position = bigint;

/** An event before it is stored. */
export interface NewEvent {
  /** A UUID, never reused for another event: repeating an append with the same ids is safe. */
  readonly id: string;
  readonly type: string;
  /** JSON text as `JSON.stringify` writes it; the very same bytes are read back. */
  readonly data: string;
  /** JSON text of an object, with `$correlationId` and `$causationId` as EventStoreDB's tools know them. */
  readonly metadata: string;
}

/** An event as the store holds it. */
export interface StoredEvent extends NewEvent {
  readonly stream: string;
  /** Place in its stream; the first event has version 0. */
  readonly version: number;
  readonly position: Position;
}

/** Where an append ended: version and position of its last event. */
export interface Appended {
  readonly version: number;
  readonly position: Position;
}

/** The version of a stream that has no event and so does not exist. */
export const NO_STREAM = -1;

/** The largest sum of `data` bytes (UTF-8) in one append: EventStoreDB's default limit, kept by every adapter. */
export const MAX_APPEND_BYTES = 1_048_576;

/** What can be read of a log. Failures are `EventStoreError`s with a code of the closed set in `event-store.errors.ts`. */
export interface ReadableEventStore {
  /** Resolves to the events of one stream, oldest first, complete up to its last commit; empty when it does not exist. */
  readStream(stream: string): Promise<readonly StoredEvent[]>;

  /**
   * Resolves to at most `limit` (1 or more) events of one stream behind version `after` (-1: from the first), oldest
   * first: for streams that are too long to be read as a whole. Empty behind the last one and when it does not exist.
   */
  readStreamPage(stream: string, after: number, limit: number): Promise<readonly StoredEvent[]>;

  /**
   * Resolves to at most `limit` (1 or more) events behind `after` (`null`: from the start) in commit order without a gap;
   * throws `position-unknown` when `after` is not the position of an event.
   */
  readAll(after: Position | null, limit: number): Promise<readonly StoredEvent[]>;

  /**
   * Yields every event behind `after`, first the stored ones, then new ones as they commit, in commit order, in
   * non-empty batches, none missing and none twice; ends when `signal` aborts or the store closes. A slow
   * reader holds it back; a lost connection is resumed inside.
   */
  subscribe(after: Position | null, signal: AbortSignal): AsyncIterable<readonly StoredEvent[]>;

  /** Resolves to the position of the last event of the log, `null` while it is empty. */
  head(): Promise<Position | null>;

  /** Waits for appends under way, ends subscriptions and frees everything; later calls throw `closed`. */
  close(): Promise<void>;
}

/** An append-only log of streams. Every adapter passes `event-store.contract.ts`. */
export interface EventStore extends ReadableEventStore {
  /**
   * Writes all events or none behind `expectedVersion` and resolves once they are durable;
   * throws `VersionConflict` when the stream stands elsewhere, unless the very same events
   * (ids and expected version) were written before: then it answers as it did the first time.
   */
  append(stream: string, expectedVersion: number, events: readonly NewEvent[]): Promise<Appended>;
}
