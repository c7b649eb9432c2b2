import { slope, type Slope } from './slope.js';

/** The memory of the service after a garbage collection, when it had served so many requests. */
export interface MemorySample {
  readonly seconds: number;
  readonly served: number;
  readonly rss: number;
  readonly heap: number;
}

/** Bytes of heap a request may leave behind: fewer than the smallest thing that could be kept of each, a pointer and its slot. */
export const HEAP_BOUND = 16;
/** Bytes of the whole process: its allocator gives back little of what a busy moment took, so that it creeps for a while. */
export const RSS_BOUND = 512;

/** Requests between the first and the last sample that a verdict needs. */
const ENOUGH = 20_000;
const ENOUGH_SAMPLES = 4;

export type Growth =
  | { readonly verdict: 'too short' }
  | {
      /** `unclear`: more than is allowed, but what requests under way hold for a moment may be all of it. */
      readonly verdict: 'flat' | 'unclear' | 'grows';
      /** Bytes for each request served. */
      readonly heap: Slope;
      readonly rss: Slope;
    };

/** Whether memory grows with the requests served. */
export function growth(samples: readonly MemorySample[]): Growth {
  const served = (samples.at(-1)?.served ?? 0) - (samples[0]?.served ?? 0);
  if (served < ENOUGH || samples.length < ENOUGH_SAMPLES) return { verdict: 'too short' };
  const of = (what: 'heap' | 'rss') =>
    slope(samples.map((sample) => ({ x: sample.served, y: sample[what] })));
  const [heap, rss] = [of('heap'), of('rss')];
  const beyond = [heap.value - HEAP_BOUND - 2 * heap.error, rss.value - RSS_BOUND - 2 * rss.error];
  if (heap.value <= HEAP_BOUND && rss.value <= RSS_BOUND) return { verdict: 'flat', heap, rss };
  return { verdict: beyond.some((bytes) => bytes > 0) ? 'grows' : 'unclear', heap, rss };
}
