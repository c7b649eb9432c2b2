import type { Answer } from '../../test/support/docket/http-client.js';
import { Latencies, type Percentiles } from '../traffic/latencies.js';
import { KINDS, type Kind } from './kinds.js';

/** Distinct errors that are told apart; beyond it they are only counted. */
const MAX_ERRORS = 20;

interface Figures {
  readonly latencies: Latencies;
  errors: number;
}

/** Counts and times what the load does, in memory that does not grow with it. */
export class Meter {
  readonly kinds: ReadonlyMap<Kind, Figures> = new Map(
    KINDS.map((kind) => [kind, { latencies: new Latencies(), errors: 0 }]),
  );
  /** How often which error came. */
  readonly errors = new Map<string, number>();
  /** Latencies of all submissions and decisions since the last `takeRecent`. */
  readonly #recent = new Latencies();
  readonly #underWay = new Set<Promise<unknown>>();

  /** Calls under way. */
  get inFlight(): number {
    return this.#underWay.size;
  }

  /**
   * Makes a call that was due at `due` and resolves to its answer; to null, with an error counted, when it is none with
   * the expected status.
   */
  measure(
    kind: Kind,
    due: number,
    expected: number,
    call: Promise<Answer>,
  ): Promise<Answer | null> {
    const measured = this.#measure(kind, due, expected, call);
    this.#underWay.add(measured);
    void measured.finally(() => this.#underWay.delete(measured));
    return measured;
  }

  /** Calls that were answered as they should be. */
  get served(): number {
    return this.together(() => true).measured.count;
  }

  /** The kinds that are `chosen`, taken as one. */
  together(chosen: (kind: Kind) => boolean): { measured: Percentiles; errors: number } {
    const all = new Latencies();
    let count = 0;
    for (const [kind, { latencies, errors }] of this.kinds) {
      if (!chosen(kind)) continue;
      all.add(latencies);
      count += errors;
    }
    return { measured: all.percentiles(), errors: count };
  }

  /** What was submitted and decided since the last time. */
  takeRecent(): Percentiles {
    const recent = this.#recent.percentiles();
    this.#recent.reset();
    return recent;
  }

  async #measure(
    kind: Kind,
    due: number,
    expected: number,
    call: Promise<Answer>,
  ): Promise<Answer | null> {
    try {
      const answer = await call;
      const latency = performance.now() - due;
      if (answer.status !== expected) return this.#failed(kind, describe(answer));
      this.kinds.get(kind)?.latencies.record(latency);
      if (isWrite(kind)) this.#recent.record(latency);
      return answer;
    } catch (error) {
      return this.#failed(kind, String(error));
    }
  }

  #failed(kind: Kind, why: string): null {
    const figures = this.kinds.get(kind);
    if (figures) figures.errors += 1;
    const error = `${kind}: ${why}`;
    if (this.errors.has(error) || this.errors.size < MAX_ERRORS) {
      this.errors.set(error, (this.errors.get(error) ?? 0) + 1);
    }
    return null;
  }
}

const WRITES: readonly Kind[] = ['green', 'green, awaited', 'amber', 'decision', 'red'];

/** Whether calls of this kind are answered only when something was recorded. */
export const isWrite = (kind: Kind): boolean => WRITES.includes(kind);

const describe = ({ status, text }: Answer): string => `${status} ${text.slice(0, 200)}`;
