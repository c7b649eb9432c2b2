import type { ServiceError } from '@grpc/grpc-js';

/** What becomes of the next appends: the tests order it, the append handler obeys. */
export type AppendFault =
  /** Written, and the connections are cut before the answer leaves. */
  | 'cut-after-write'
  /** Written, and never answered. */
  | 'no-answer-after-write'
  /** Neither written nor answered. */
  | 'no-answer'
  /** Refused with UNAVAILABLE before anything is written. */
  | 'not-ready';

/** The faults that were ordered and have not happened yet. */
export class Faults {
  readonly #appends: AppendFault[] = [];
  readonly #refusals: ServiceError[] = [];
  readonly #splits: number[] = [];
  /** As long as it is set, every call is answered with it. */
  standing: ServiceError | undefined;
  /** As long as it is false, the node answers that it is not ready. */
  isReady = true;

  orderAppend(fault: AppendFault, times: number): void {
    for (let time = 0; time < times; time += 1) this.#appends.push(fault);
  }

  orderRefusal(error: ServiceError): void {
    this.#refusals.push(error);
  }

  /** The next append of more than `shown` events is to be seen in the whole log in two steps. */
  orderSplit(shown: number): void {
    this.#splits.push(shown);
  }

  nextAppend(): AppendFault | undefined {
    return this.#appends.shift();
  }

  /** The error that this call is answered with, whatever it asks. */
  nextRefusal(): ServiceError | undefined {
    return this.#refusals.shift() ?? this.standing;
  }

  /** How many events of an append of `count` are to be shown first; all, unless it was ordered otherwise. */
  nextSplit(count: number): number {
    const [shown] = this.#splits;
    if (shown === undefined || shown >= count) return count;
    this.#splits.shift();
    return shown;
  }
}
