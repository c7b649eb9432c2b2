import fc from 'fast-check';
import type { PlannedRequest } from './plan/planned-request.js';

/** Where fast-check makes a request again: `--seed` and `--path` on the command line. */
export interface Origin {
  readonly seed: number;
  readonly path: string;
}

/** The first requests of a seed, in the order of their paths 0, 1, 2 …; the same as a property would be tried on. */
export const firstOf = (
  requests: fc.Arbitrary<PlannedRequest>,
  { seed, size }: { readonly seed: number; readonly size: number },
): readonly PlannedRequest[] =>
  fc.sample(fc.tuple(requests), { seed, numRuns: size }).map(([request]) => request);

/** The one request that is made there. */
export function madeAt(requests: fc.Arbitrary<PlannedRequest>, origin: Origin): PlannedRequest {
  const [request] = fc.sample(fc.tuple(requests), { ...origin, numRuns: 1 });
  if (!request) throw new Error('No request is made there.');
  return request[0];
}
