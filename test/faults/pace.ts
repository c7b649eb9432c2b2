import type { FaultOffer, Range } from './fault-target.js';

/** How much happens in a schedule, and how fast. */
export interface Pace {
  /** Steps happen within so many milliseconds. */
  readonly span: number;
  readonly writers: Range;
  readonly appends: Range;
  readonly subscribers: Range;
  readonly faults: Range;
  readonly offers: readonly FaultOffer[];
}
