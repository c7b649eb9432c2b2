import { createHistogram } from 'node:perf_hooks';

/** Milliseconds. */
export interface Percentiles {
  readonly count: number;
  readonly p50: number;
  readonly p95: number;
  readonly p99: number;
  readonly max: number;
}

/** Latencies, in memory that does not grow with their number; three digits of each are kept. */
export class Latencies {
  readonly #histogram = createHistogram();

  /** Takes one more, in milliseconds. */
  record(milliseconds: number): void {
    this.#histogram.record(Math.max(1, Math.round(milliseconds * 1e6)));
  }

  /** Takes all that another one has. */
  add(other: Latencies): void {
    this.#histogram.add(other.#histogram);
  }

  reset(): void {
    this.#histogram.reset();
  }

  percentiles(): Percentiles {
    const { count, max } = this.#histogram;
    const at = (percentile: number) =>
      count === 0 ? 0 : this.#histogram.percentile(percentile) / 1e6;
    return { count, p50: at(50), p95: at(95), p99: at(99), max: count === 0 ? 0 : max / 1e6 };
  }
}
