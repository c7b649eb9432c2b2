import type { EventStore } from '../../event-store/event-store.js';
import { LogTail } from './log-tail.js';

interface Run {
  readonly stop: AbortController;
  readonly tail: Promise<LogTail>;
  users: number;
}

/** One subscription to the store for everybody who follows it; it runs while somebody does. */
export class SharedTail {
  #run: Run | null = null;

  constructor(private readonly store: EventStore) {}

  /** Resolves to the tail, which runs at least until `signal` aborts. Throws `EventStoreError`. */
  join(signal: AbortSignal): Promise<LogTail> {
    const run = (this.#run ??= this.#start());
    run.users += 1;
    const leave = () => {
      run.users -= 1;
      if (run.users === 0) this.#stop(run);
    };
    if (signal.aborted) leave();
    else signal.addEventListener('abort', leave, { once: true });
    return run.tail;
  }

  #start(): Run {
    const stop = new AbortController();
    const tail = this.#follow(stop.signal);
    const run = { stop, tail, users: 0 };
    // Readers of a tail that has ended are told why; who comes later gets another one.
    void tail
      .then(({ ended }) => ended)
      .then(
        () => this.#stop(run),
        () => this.#stop(run),
      );
    return run;
  }

  async #follow(signal: AbortSignal): Promise<LogTail> {
    const start = await this.store.head();
    return new LogTail(start, this.store.subscribe(start, signal));
  }

  #stop(run: Run): void {
    run.stop.abort();
    if (this.#run === run) this.#run = null;
  }
}
