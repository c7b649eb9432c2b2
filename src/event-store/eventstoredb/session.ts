import { CallFailed, type CallFailure } from './call-failure.js';
import type { Client } from './client.js';

/** So many calls in a row without an answer, and the client is replaced: a new one looks for another node. */
const SILENCES_BEFORE_REPLACEMENT = 2;

/** One client, as long as it is any good. */
export class Session {
  readonly #retired = new AbortController();
  #silences = 0;

  constructor(readonly client: Client) {}

  /** Aborts with the `CallFailed` that calls under way end with. */
  get retired(): AbortSignal {
    return this.#retired.signal;
  }

  succeeded(): void {
    this.#silences = 0;
  }

  /** Whether the client has to be replaced behind this failure. */
  failed(failure: CallFailure, isSilence: boolean): boolean {
    this.#silences = isSilence ? this.#silences + 1 : 0;
    return failure.kind === 'broken-client' || this.#silences >= SILENCES_BEFORE_REPLACEMENT;
  }

  /** Disposing ends reads as if they were complete: whoever reads looks at `retired` first. */
  retire(failure: CallFailure): void {
    this.#retired.abort(new CallFailed(failure));
    this.client.close().catch(() => {});
  }
}
