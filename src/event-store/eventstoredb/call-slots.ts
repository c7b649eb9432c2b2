import { EventStoreError } from '../event-store.errors.js';

/** How many calls may run at once; those beyond wait in line, each for a limited time. */
export class CallSlots {
  readonly #waiting = new Set<() => void>();
  #free: number;

  constructor(
    count: number,
    private readonly waitMilliseconds: number,
  ) {
    this.#free = count;
  }

  /** Runs `call` in a slot of its own; throws `unavailable` when none was free in time. */
  async run<T>(call: () => Promise<T>): Promise<T> {
    await this.#take();
    try {
      return await call();
    } finally {
      this.#giveBack();
    }
  }

  #take(): Promise<void> | void {
    if (this.#free === 0) return this.#waitInLine();
    this.#free -= 1;
  }

  #waitInLine(): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(proceed);
        reject(new EventStoreError('unavailable', 'Too many calls to EventStoreDB are waiting.'));
      }, this.waitMilliseconds);
      const proceed = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.add(proceed);
    });
  }

  #giveBack(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#free += 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
