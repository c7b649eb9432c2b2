import { Problem } from '../../http/problem.js';
import { addressBlock } from './address-block.js';
import { RateLimit } from './rate-limit.js';

/** How much is taken of one caller. */
export interface LimitSettings {
  /** Calls a minute of one identity; 0: as many as it likes. */
  readonly perIdentity: number;
  /** Credentials a minute that are none, from one address; 0: as many as it likes. */
  readonly failuresPerAddress: number;
}

/** What callers may do how often. */
export class Limits {
  readonly #calls: RateLimit | null;
  readonly #failures: RateLimit | null;

  constructor({ perIdentity, failuresPerAddress }: LimitSettings, now: () => number) {
    this.#calls = perIdentity > 0 ? new RateLimit(perIdentity, now) : null;
    this.#failures = failuresPerAddress > 0 ? new RateLimit(failuresPerAddress, now) : null;
  }

  /** Counts a call of an identity; throws `rate-limited`. */
  countCall(identity: string): void {
    if (this.#calls === null) return;
    const wait = this.#calls.take(identity);
    if (wait > 0) throw rateLimited('This identity calls more often than it may.', wait);
  }

  /** Counts a credential that was none; throws `rate-limited` when there were too many. */
  countFailure(address: string): void {
    const wait = this.#failures?.take(addressBlock(address)) ?? 0;
    if (wait > 0) throw tooManyFailures(wait);
  }

  /** Throws `rate-limited` when so many credentials were none that no more work is done for this address. */
  refuseAfterFailures(address: string): void {
    const wait = this.#failures?.wait(addressBlock(address)) ?? 0;
    if (wait > 0) throw tooManyFailures(wait);
  }
}

const tooManyFailures = (wait: number): Problem =>
  rateLimited('Too many credentials from this address were not valid.', wait);

const rateLimited = (detail: string, wait: number): Problem =>
  new Problem('rate-limited', detail, {
    headers: { 'retry-after': String(Math.ceil(wait / 1_000)) },
  });
