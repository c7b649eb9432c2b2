import type { History, RequestHistory } from '../world/history.js';

/** What must hold of each request at every moment. */
export interface RequestInvariant {
  readonly name: string;
  /** Answers what is wrong, null while it holds. */
  readonly check: (request: RequestHistory) => string | null;
}

/** What must hold of everything together at every moment. */
export interface LogInvariant {
  readonly name: string;
  readonly check: (history: History) => string | null;
}

/** What must hold of each request once nothing goes wrong any more and time enough has passed. */
export interface EndInvariant {
  readonly name: string;
  readonly check: (request: RequestHistory, now: Date) => string | null;
}

/** Something that must not be. */
export interface Violation {
  readonly invariant: string;
  readonly what: string;
}
