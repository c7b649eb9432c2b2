import type { StoredEvent } from '../../src/event-store/event-store.js';
import type { Fault, FaultKind } from './schedule.js';

/** A range of whole numbers, both ends included. */
export type Range = readonly [from: number, to: number];

/** A fault that a server can act out, and how hard. */
export interface FaultOffer {
  readonly kind: FaultKind;
  /** How long it lasts; missing for what is over at once. */
  readonly milliseconds?: Range;
  /** How many calls it meets; missing for what does not count calls. */
  readonly times?: Range;
}

/** An EventStoreDB server, scripted or real, that fails on command. */
export interface FaultTarget {
  readonly connectionString: string;

  /** Acts a fault out; resolves once it is over. */
  inflict(fault: Fault): Promise<void>;

  /** Puts right whatever still stands, so that the server answers again. */
  heal(): Promise<void>;

  /** What the server itself holds of the streams whose names begin so, in the order of its log. */
  records(streamPrefix: string): Promise<readonly StoredEvent[]>;

  /** Ends the server, or leaves it to the next schedule. */
  close(): Promise<void>;
}
