import { CallFailed, isRefusal, reasonOf } from './call-failure.js';

/**
 * Nothing is asked of a server before it has let this service's user read the whole log: without that right a service
 * would take commands whose events it can never show.
 */
export class Admission {
  #isAdmitted = false;
  #asking: Promise<void> | undefined;

  constructor(private readonly readWholeLog: () => Promise<unknown>) {}

  /** Resolves at once when the user was ever admitted; fails as a call that was never sent. */
  async pass(): Promise<void> {
    if (this.#isAdmitted) return;
    await this.ask().catch((error: unknown) => {
      throw neverSent(error);
    });
  }

  /** Asks again, once for everybody who wants to know at the same time. */
  async ask(): Promise<void> {
    this.#asking ??= this.#ask().finally(() => {
      this.#asking = undefined;
    });
    return this.#asking;
  }

  async #ask(): Promise<void> {
    await this.readWholeLog();
    this.#isAdmitted = true;
  }
}

function neverSent(cause: unknown): unknown {
  if (!(cause instanceof CallFailed) || isRefusal(cause.failure)) return cause;
  return new CallFailed({ kind: 'unavailable', reason: reasonOf(cause.failure) }, { cause });
}
