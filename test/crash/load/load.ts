import { setTimeout as sleep } from 'node:timers/promises';

const BETWEEN_STORIES = 5;

/** Tells so many stories at the same time, one after the other, across every restart of the service. */
export class Load {
  #told = 0;
  #isOver = false;
  readonly #tellers: Promise<unknown>;

  constructor(atOnce: number, tell: (number: number) => Promise<void>) {
    this.#tellers = Promise.all(Array.from({ length: atOnce }, () => this.#tell(tell)));
    // Whoever waits for the end is told.
    this.#tellers.catch(() => {});
  }

  /** Begins no more stories; resolves to whether those under way ended within so many milliseconds. */
  async finish(milliseconds: number): Promise<boolean> {
    this.#isOver = true;
    const timer = new AbortController();
    const late = sleep(milliseconds, false, { signal: timer.signal }).catch(() => false);
    const ended = await Promise.race([this.#tellers.then(() => true), late]);
    timer.abort();
    return ended;
  }

  async #tell(tell: (number: number) => Promise<void>): Promise<void> {
    while (!this.#isOver) {
      this.#told += 1;
      await tell(this.#told);
      await sleep(BETWEEN_STORIES);
    }
  }
}
