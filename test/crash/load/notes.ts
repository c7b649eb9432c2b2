import type { Moment } from '../kill/moments.js';
import type { Exchange, SeenEvent } from '../records.js';

/** Where clients write down what they asked and were told. */
export interface Notes {
  readonly exchanges: Exchange[];
  readonly seen: SeenEvent[];
  /** The round that is on. */
  readonly round: () => number;
  /** Milliseconds of the service's clock. */
  readonly now: () => number;
  readonly reached: (moment: Moment) => void;
}
