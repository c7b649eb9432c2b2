import { END_INVARIANTS } from './end-invariants.js';
import { LOG_INVARIANTS } from './log-invariants.js';
import { REQUEST_INVARIANTS } from './request-invariants.js';

/** Invariants of the replicas themselves, which are asked rather than computed. */
export const REPLICA_INVARIANTS = {
  answered: 'every call to a replica that lives is answered',
  views: 'the views of a live replica are a fold over the log',
  bugs: 'nobody is told of a bug',
} as const;

/** The names of all that a simulation checks. */
export const INVARIANT_NAMES: readonly string[] = [
  ...[...REQUEST_INVARIANTS, ...LOG_INVARIANTS, ...END_INVARIANTS].map(({ name }) => name),
  ...Object.values(REPLICA_INVARIANTS),
];
