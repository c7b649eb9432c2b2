import { EventStoreError, VersionConflict } from '../event-store.errors.js';
import type { Appended } from '../event-store.js';
import type { AppendOutcome, AppendRequest } from './event-writer.js';

/** Appends beyond this wait for the next commit, so that one commit never holds up the process for long. */
const MAX_COMMIT_APPENDS = 256;

interface Queued {
  readonly request: AppendRequest;
  readonly resolve: (appended: Appended) => void;
  readonly reject: (error: EventStoreError) => void;
}

/** Gathers the appends of one turn of the event loop and writes them with one commit. */
export class AppendQueue {
  #queued: Queued[] = [];
  #idle = Promise.withResolvers<void>();

  constructor(
    private readonly write: (batch: readonly AppendRequest[]) => readonly AppendOutcome[],
    private readonly onCommit: () => void,
  ) {
    this.#idle.resolve();
  }

  /** Resolves once the append is durable. */
  add(request: AppendRequest): Promise<Appended> {
    return new Promise((resolve, reject) => {
      if (this.#queued.length === 0) {
        this.#idle = Promise.withResolvers();
        setImmediate(() => this.#flush());
      }
      this.#queued.push({ request, resolve, reject });
    });
  }

  /** Resolves once nothing waits. */
  drained(): Promise<void> {
    return this.#idle.promise;
  }

  #flush(): void {
    const batch = this.#queued.splice(0, MAX_COMMIT_APPENDS);
    this.#commit(batch);
    if (this.#queued.length > 0) setImmediate(() => this.#flush());
    else this.#idle.resolve();
  }

  #commit(batch: readonly Queued[]): void {
    try {
      const outcomes = this.write(batch.map(({ request }) => request));
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
