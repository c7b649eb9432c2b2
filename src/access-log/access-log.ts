import { setTimeout as sleep } from 'node:timers/promises';
import type { Logger } from 'pino';
import { VersionConflict } from '../event-store/event-store.errors.js';
import { NO_STREAM, type EventStore, type NewEvent } from '../event-store/event-store.js';
import { encodeAccess, type AccessRecord } from './access-log.codec.js';
import { AccessQueue, type AccessBatch } from './access-queue.js';
import { RefusalTally } from './refusal-tally.js';

/** How the access log is bounded. */
export interface AccessLogSettings {
  /** Milliseconds that a record waits for others before they are appended together. */
  readonly linger: number;
  /** Records that wait, and about so many bytes of them, beyond which no audited call is taken. */
  readonly maxWaiting: number;
  readonly maxSize: number;
  /** Milliseconds that the end of the service waits for what is not stored yet. */
  readonly finishWithin: number;
  /** Milliseconds that the very same refusals of who is not held by a limit of calls are counted together. */
  readonly countRefusalsFor: number;
}

export const ACCESS_LOG_SETTINGS: AccessLogSettings = {
  linger: 100,
  maxWaiting: 10_000,
  maxSize: 32 * 1_048_576,
  finishWithin: 5_000,
  countRefusalsFor: 60_000,
};

const FIRST_PAUSE = 20;
const LAST_PAUSE = 2_000;

/**
 * The streams `access-<day>`: takes records at once and appends them in batches, so that nobody who reads waits for it.
 * A record is lost only with the process, and then only one that was taken within the last moments. While the store takes
 * nothing, records wait within bounds; then the log is full, and the calls that it would have to record are turned away.
 */
export class AccessLog {
  readonly #queue = new AccessQueue();
  readonly #refusals: RefusalTally;
  readonly #stopping = new AbortController();
  #underWay: AccessBatch | null = null;
  #writing: Promise<void> | null = null;
  #timer: NodeJS.Timeout | null = null;
  /** Where the stream of the day stood when it was last written, if it was. */
  #end: { readonly stream: string; readonly version: number } | null = null;
  #recorded = 0;
  #turnedAway = 0;

  constructor(
    private readonly store: Pick<EventStore, 'append'>,
    private readonly log: Logger,
    private readonly settings: AccessLogSettings = ACCESS_LOG_SETTINGS,
  ) {
    this.#refusals = new RefusalTally((record) => this.#take(record), settings.countRefusalsFor);
  }

  /** Records that are not stored yet. */
  get waiting(): number {
    return this.#queue.length + (this.#underWay?.records.length ?? 0);
  }

  /** Events that were stored since the start. */
  get recorded(): number {
    return this.#recorded;
  }

  /** Calls that were turned away since the start, as they could not have been recorded. */
  get turnedAway(): number {
    return this.#turnedAway;
  }

  /** Whether there is room for what a call would have to record; to be asked once before each call. */
  admits(): boolean {
    const { maxWaiting, maxSize } = this.settings;
    const size = this.#queue.size + (this.#underWay?.size ?? 0);
    if (this.waiting < maxWaiting && size < maxSize) return true;
    this.#turnedAway += 1;
    return false;
  }

  /** Takes a record, also where there is no room: what was admitted is never dropped. */
  record(record: AccessRecord): void {
    this.#refusals.add(record);
  }

  /** Resolves once everything that was taken or counted before is stored, or after so many milliseconds. */
  async flush(within: number): Promise<void> {
    this.#refusals.passCounted();
    const end = this.#recorded + this.waiting;
    const late = AbortSignal.timeout(within);
    const waited = new Promise((resolve) => late.addEventListener('abort', resolve));
    while (this.#recorded < end && !late.aborted && !this.#stopping.signal.aborted) {
      this.#write();
      await Promise.race([this.#writing, waited]);
    }
  }

  /** Stores what is still there, within bounds; nothing may be recorded any more. */
  async stop(): Promise<void> {
    this.#refusals.stop();
    await this.flush(this.settings.finishWithin);
    if (this.#timer) clearTimeout(this.#timer);
    this.#stopping.abort();
    await this.#writing;
    if (this.waiting === 0) return;
    this.log.error({ records: this.waiting }, 'accesses could not be recorded and are lost');
  }

  #take(record: AccessRecord): void {
    this.#queue.add(record);
    if (this.#queue.isBatchFull) this.#write();
    else this.#writeSoon();
  }

  #write(): void {
    if (this.#timer) clearTimeout(this.#timer);
    this.#timer = null;
    this.#writing ??= this.#writeBatches().finally(() => {
      this.#writing = null;
      if (this.#queue.length > 0) this.#writeSoon();
    });
  }

  #writeSoon(): void {
    if (this.#writing || this.#stopping.signal.aborted) return;
    this.#timer ??= setTimeout(() => this.#write(), this.settings.linger);
  }

  /** One batch, and others as long as there is enough for a whole one. */
  async #writeBatches(): Promise<void> {
    do {
      this.#underWay = this.#queue.take();
      if (this.#underWay === null) return;
      const { stream, records } = this.#underWay;
      if (!(await this.#append(stream, records.map(encodeAccess)))) return;
      this.#recorded += records.length;
      this.#underWay = null;
    } while (this.#queue.isBatchFull);
  }

  /**
   * Repeats the append with the same events until it is known to be stored: behind an error that leaves that open, at
   * the same version, where a repetition writes nothing twice; behind another writer's events, at theirs. Answers false
   * when the service ends first.
   */
  async #append(stream: string, events: readonly NewEvent[]): Promise<boolean> {
    let version = this.#end?.stream === stream ? this.#end.version : NO_STREAM;
    for (let failures = 0; !this.#stopping.signal.aborted;) {
      try {
        const appended = await this.store.append(stream, version, events);
        this.#end = { stream, version: appended.version };
        if (failures > 0) this.log.info({ stream }, 'accesses can be recorded again');
        return true;
      } catch (error) {
        if (error instanceof VersionConflict) {
          version = error.actualVersion;
          continue;
        }
        failures += 1;
        if (failures === 1) this.log.error({ err: error, stream }, 'accesses cannot be recorded');
        await this.#pause(Math.min(FIRST_PAUSE * 2 ** failures, LAST_PAUSE));
      }
    }
    return false;
  }

  async #pause(milliseconds: number): Promise<void> {
    const { signal } = this.#stopping;
    await sleep(milliseconds, undefined, { signal, ref: false }).catch(() => {});
  }
}
