const MINUTE = 60_000;
/** Callers that are remembered; beyond it those are forgotten first who came first. */
const MAX_CALLERS = 10_000;

/**
 * So many calls a minute from each caller, as many at once, and then evenly: the generic cell rate algorithm, which
 * keeps one number a caller. It answers at once and forgets who has not called for a minute.
 */
export class RateLimit {
  /** When a caller's calls are paid off, in milliseconds. */
  readonly #paidAt = new Map<string, number>();
  #sweptAt = -Infinity;

  constructor(
    private readonly perMinute: number,
    private readonly now: () => number,
  ) {}

  /** Counts a call: 0 when it is within the limit, else the milliseconds until one will be; such a call is not counted. */
  take(caller: string): number {
    const wait = this.wait(caller);
    if (wait > 0) return wait;
    if (!this.#paidAt.has(caller)) this.#makeRoom();
    this.#paidAt.set(caller, this.#debtOf(caller) + this.now() + MINUTE / this.perMinute);
    return 0;
  }

  /** The milliseconds until a call will be within the limit; 0 when it is now. */
  wait(caller: string): number {
    return Math.max(0, Math.ceil(this.#debtOf(caller) - MINUTE + MINUTE / this.perMinute));
  }

  /** At most a minute's calls can be owed, so more of it is a clock that was set back. */
  #debtOf(caller: string): number {
    const debt = (this.#paidAt.get(caller) ?? 0) - this.now();
    return debt > MINUTE ? 0 : Math.max(0, debt);
  }

  #makeRoom(): void {
    if (this.#paidAt.size < MAX_CALLERS) return;
    const now = this.now();
    if (Math.abs(now - this.#sweptAt) > 1_000) {
      this.#sweptAt = now;
      for (const [caller, paidAt] of this.#paidAt) if (paidAt <= now) this.#paidAt.delete(caller);
    }
    const [first] = this.#paidAt.keys();
    if (this.#paidAt.size >= MAX_CALLERS && first !== undefined) this.#paidAt.delete(first);
  }
}
