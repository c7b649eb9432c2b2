/**
 * The clock of the service. Between two of its processes it can jump ahead, as if the second had been started much
 * later: what takes half a minute, or a day, to come due is then due at once.
 */
export class ServiceClock {
  #ahead = 0;

  /** Milliseconds since 1970. */
  now(): number {
    return Date.now() + this.#ahead;
  }

  /** Only while no process runs. */
  jumpAhead(milliseconds: number): void {
    this.#ahead += milliseconds;
  }

  /** What a process has to be started with, besides `clock.preload.ts`, to have this clock. */
  get settings(): Readonly<Record<string, string>> {
    return { CRASH_CLOCK_AHEAD: String(this.#ahead) };
  }
}
