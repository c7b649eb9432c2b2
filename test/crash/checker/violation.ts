/** What must never happen. */
export type Rule =
  /** Something was told for which there are no events, or other ones. */
  | 'told-without-events'
  /** The answer is not one to what was asked. */
  | 'told-something-else'
  /** A call was refused that had to be taken, or the other way round. */
  | 'refused-without-reason'
  /** One Idempotency-Key, or one submission without, made several requests. */
  | 'several-requests'
  /** The agent was called for what nothing in the log allowed at that time. */
  | 'not-allowed'
  /** The agent was called more than once for one request. */
  | 'called-twice'
  /** What is recorded of an execution is not what came of it. */
  | 'wrong-outcome'
  /** A stream's events do not follow from each other. */
  | 'illegal-history'
  | 'approval-counted-twice'
  /** Events that nobody asked for. */
  | 'nobody-asked'
  | 'log-gap'
  /** An event that was there is gone, or another one. */
  | 'log-changed'
  | 'never-rested'
  /** A view shows something else than the events say. */
  | 'view-differs'
  /** The process ended by itself, did not start, did not stop, or logged an error. */
  | 'service-failed';

export interface Violation {
  readonly rule: Rule;
  readonly text: string;
  /** What it was seen from. */
  readonly evidence: readonly unknown[];
}

/** A violation, and the rounds in which it came about as far as its evidence tells. */
export interface PlacedViolation extends Violation {
  readonly rounds: readonly number[];
}
