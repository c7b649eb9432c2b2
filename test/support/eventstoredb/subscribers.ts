import { rpcErrors } from './rpc-errors.js';

/** The subscriptions that a node serves. */
export class Subscribers {
  readonly #dropping = new Set<AbortController>();

  get size(): number {
    return this.#dropping.size;
  }

  /** Serves one until it ends; the signal it is given aborts with the reason when it is to be dropped. */
  async serve(follow: (dropped: AbortSignal) => Promise<void>): Promise<void> {
    const dropping = new AbortController();
    this.#dropping.add(dropping);
    try {
      await follow(dropping.signal);
    } finally {
      this.#dropping.delete(dropping);
    }
  }

  /** Drops everybody as a node drops a subscriber that is too slow. */
  drop(): void {
    for (const dropping of this.#dropping) dropping.abort(rpcErrors.tooSlow());
  }
}
