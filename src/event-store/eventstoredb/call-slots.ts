import { EventStoreError } from '../event-store.errors.js';
import { CallFailed } from './call-failure.js';

/** How many calls may be under way, and how many of their tries may run at once; those beyond wait in line. */
export class CallSlots {
  readonly #waiting = new Set<() => void>();
  #calls = 0;
  #running = 0;

  constructor(
    private readonly maxRunning: number,
    private readonly maxCalls: number,
  ) {}

  get running(): number {
    return this.#running;
  }

  get waiting(): number {
    return this.#waiting.size;
  }

  /** Makes a call with all its tries; throws `unavailable` at once when too many are under way. */
  async admit<T>(call: () => Promise<T>): Promise<T> {
    if (this.#calls >= this.maxCalls) {
      throw new EventStoreError('unavailable', 'Too many calls to EventStoreDB are under way.');
    }
    this.#calls += 1;
    try {
      return await call();
    } finally {
      this.#calls -= 1;
    }
  }

  /** Runs one try in a slot of its own; it counts as never sent when none is free in so many milliseconds. */
  async run<T>(attempt: () => Promise<T>, milliseconds: number): Promise<T> {
    await this.#take(milliseconds);
    try {
      return await attempt();
    } finally {
      this.#giveBack();
    }
  }

  #take(milliseconds: number): Promise<void> | void {
    if (this.#running >= this.maxRunning) return this.#waitInLine(milliseconds);
    this.#running += 1;
  }

  #waitInLine(milliseconds: number): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => {
        this.#waiting.delete(proceed);
        const reason = 'too many calls are before this one';
        reject(new CallFailed({ kind: 'unavailable', reason }));
      }, milliseconds);
      const proceed = () => {
        clearTimeout(timer);
        resolve();
      };
      this.#waiting.add(proceed);
    });
  }

  /** A slot goes straight to the next in line, so nobody who comes later overtakes. */
  #giveBack(): void {
    const [next] = this.#waiting;
    if (next === undefined) {
      this.#running -= 1;
      return;
    }
    this.#waiting.delete(next);
    next();
  }
}
