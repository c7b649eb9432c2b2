import {
  createLocalJWKSet,
  errors,
  type CryptoKey,
  type JSONWebKeySet,
  type JWTHeaderParameters,
} from 'jose';
import type { Logger } from 'pino';
import { issuerUnavailable } from './token-problem.js';

/** Milliseconds after which keys are read anew, behind the back of who calls. */
const FRESH = 600_000;
/** Milliseconds for which keys serve when the issuer cannot be asked any more. */
const KEPT = 86_400_000;
/** Milliseconds between two readings at least, so that forged key ids cannot flood the issuer. */
const COOL_DOWN = 10_000;
/** The same behind one that failed: there is nothing to lose, and callers wait. */
const COOL_DOWN_WHEN_AWAY = 2_000;

type KeySet = ReturnType<typeof createLocalJWKSet>;

/**
 * The keys of one issuer: read when they are first needed, then in the background, and at once when a token names a
 * key that is not among them, as after a rotation. An issuer that is away takes nothing from the keys that are known.
 */
export class IssuerKeys {
  #keys: KeySet | null = null;
  #readAt = -Infinity;
  #triedAt = -Infinity;
  #isAway = false;
  #reading: Promise<void> | null = null;

  /** `read` resolves to the issuer's keys as they are now, and rejects when they cannot be had. */
  constructor(
    private readonly read: () => Promise<JSONWebKeySet>,
    private readonly now: () => number,
    private readonly log: Logger,
  ) {}

  /** Reads the keys before somebody waits for them, and tells the log when they cannot be had. */
  async prepare(): Promise<void> {
    await this.#readAnew();
  }

  /** The key that a token says it is signed with. Throws jose's `JWKSNoMatchingKey`, and `issuer-unavailable`. */
  async find(header: JWTHeaderParameters): Promise<CryptoKey> {
    const keys = await this.#current();
    try {
      return await keys(header);
    } catch (error) {
      if (!(error instanceof errors.JWKSNoMatchingKey)) throw error;
      return (await this.#afterRotation(error))(header);
    }
  }

  async #current(): Promise<KeySet> {
    if (this.#keys !== null && this.#since(this.#readAt) < KEPT) {
      if (this.#since(this.#readAt) >= FRESH && this.#mayRead()) void this.#readAnew();
      return this.#keys;
    }
    return this.#readNow();
  }

  /** The keys as they are now; throws `unknown` when they have just been read and the key is not among them. */
  async #afterRotation(unknown: Error): Promise<KeySet> {
    if (this.#reading === null && !this.#mayRead() && !this.#isAway) throw unknown;
    return this.#readNow();
  }

  async #readNow(): Promise<KeySet> {
    if (this.#reading !== null || this.#mayRead()) await this.#readAnew();
    if (this.#isAway || this.#keys === null) throw issuerUnavailable();
    return this.#keys;
  }

  #readAnew(): Promise<void> {
    this.#triedAt = this.now();
    return (this.#reading ??= this.#replaceKeys().finally(() => (this.#reading = null)));
  }

  async #replaceKeys(): Promise<void> {
    try {
      this.#keys = createLocalJWKSet(await this.read());
      this.#readAt = this.now();
      if (this.#isAway) this.log.info('the issuer of tokens is back');
      this.#isAway = false;
    } catch (error) {
      if (!this.#isAway) this.log.warn({ why: messageOf(error) }, 'the issuer of tokens is away');
      this.#isAway = true;
    }
  }

  #mayRead(): boolean {
    return this.#since(this.#triedAt) >= (this.#isAway ? COOL_DOWN_WHEN_AWAY : COOL_DOWN);
  }

  /** Also by a clock that was set back. */
  #since(time: number): number {
    const passed = this.now() - time;
    return passed < 0 ? Infinity : passed;
  }
}

const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
