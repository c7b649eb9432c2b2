import { setImmediate as nextTurn } from 'node:timers/promises';
import type { Position, StoredEvent } from './event-store.js';

/** Wakes those who wait for a commit. */
export class CommitSignal {
  readonly #waiting = new Set<() => void>();

  notify(): void {
    for (const wake of this.#waiting) wake();
  }

  /** Resolves at the next commit, or as soon as `signal` aborts. */
  next(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#waiting.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#waiting.add(wake);
      signal.addEventListener('abort', wake, { once: true });
    });
  }
}

/** A log inside this process, as far as a subscription needs it. */
export interface FollowedLog {
  /** The next events behind `after`, bounded in number; empty when the log ends there. */
  readBatch(after: Position | null): readonly StoredEvent[];

  readonly commits: CommitSignal;
}

/** Yields the batches behind `after`, then each new one as it commits, until `signal` aborts. */
export async function* followLog(
  log: FollowedLog,
  after: Position | null,
  signal: AbortSignal,
): AsyncGenerator<readonly StoredEvent[], void> {
  let position = after;
  while (!signal.aborted) {
    const batch = log.readBatch(position);
    const last = batch.at(-1);
    if (last === undefined) {
      // Whoever commits behind the read above tells so in a later turn, when this already waits.
      await log.commits.next(signal);
      continue;
    }
    yield batch;
    position = last.position;
    // A reader that never waits for input or output would otherwise keep everything else from running.
    await nextTurn();
  }
}
