import { EventStoreError, VersionConflict } from '../event-store.errors.js';
import type { Appended } from '../event-store.js';
import type { AppendOutcome, AppendRequest } from './event-writer.js';

/** Appends beyond this wait for the next commit, so that one commit never holds up its thread for long. */
export const MAX_COMMIT_APPENDS = 256;

/** Writes appends with one commit and resolves once they are durable; rejects with an `EventStoreError` for all of them. */
export type WriteBatch = (batch: readonly AppendRequest[]) => Promise<readonly AppendOutcome[]>;

interface Queued {
  readonly request: AppendRequest;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: EventStoreError) => void;
}

/** Gathers the appends of one turn of the event loop into a batch, in the order in which they came. */
export class AppendQueue {
  #queued: Queued[] = [];
  readonly #writing = new Set<Promise<void>>();

  constructor(
    private readonly write: WriteBatch,
    private readonly onCommit: () => void,
  ) {}

  /** Resolves once the append is durable. */
  add(request: AppendRequest): Promise<Appended> {
    return new Promise((resolve, reject) => {
      if (this.#queued.length === 0) setImmediate(() => this.#flush());
      this.#queued.push({ request, resolve, reject });
    });
  }

  /** Writes what waits, and resolves once every append is answered. */
  async drained(): Promise<void> {
    this.#flush();
    await Promise.all(this.#writing);
  }

  #flush(): void {
    const queued = this.#queued;
    this.#queued = [];
    for (let start = 0; start < queued.length; start += MAX_COMMIT_APPENDS) {
      const commit = this.#commit(queued.slice(start, start + MAX_COMMIT_APPENDS));
      this.#writing.add(commit);
      void commit.finally(() => this.#writing.delete(commit));
    }
  }

  async #commit(batch: readonly Queued[]): Promise<void> {
    try {
      const outcomes = await this.write(batch.map(({ request }) => request));
      for (const [at, queued] of batch.entries()) settle(queued, outcomes[at]);
      this.onCommit();
    } catch (error) {
      for (const { reject } of batch) reject(error as EventStoreError);
    }
  }
}

function settle({ request, resolve, reject }: Queued, outcome: AppendOutcome | undefined): void {
  if (outcome === undefined) {
    reject(new EventStoreError('outcome-unknown', 'The append was not answered.'));
  } else if ('actualVersion' in outcome) {
    reject(new VersionConflict(request.stream, request.expectedVersion, outcome.actualVersion));
  } else {
    resolve({ version: outcome.version, position: BigInt(outcome.position) });
  }
}
