import { Inject, Injectable } from '@nestjs/common';
import { setImmediate as nextTurn, setTimeout as sleep } from 'node:timers/promises';
import pLimit from 'p-limit';
import { EventStoreError } from '../../event-store/event-store.errors.js';
import type { EventStore, Position, StoredEvent } from '../../event-store/event-store.js';
import { EVENT_STORE } from '../../runtime/injection.js';
import { firstPiece } from './first-piece.js';
import type { LogTail } from './log-tail.js';
import { SharedTail } from './shared-tail.js';

/** Reads for all readers at a time, and in one turn of the event loop: they must not take either from those who write. */
const MAX_READS = 2;
/** Readers who are given something in one turn of the event loop. */
const MAX_READERS_A_TURN = 32;
/** Events read at a time for a reader who is behind. */
const PAGE = 32;
/** Milliseconds until a store that could not be read, or does not show yet what it told of, is read again. */
const PAUSE = 500;
/** Milliseconds after which a reader who is behind is no longer kept waiting for a store that is away. */
const PATIENCE = 60_000;

/** Events for one reader, in order: 64 KiB or one event. */
export type Piece = readonly StoredEvent[];

/**
 * Follows the log for any number of readers. Each reads on from where it stands as fast as it takes what it gets, so that
 * nothing is missing, nothing comes twice, and no reader is fed from memory that grows; all share one subscription.
 */
@Injectable()
export class EventFollower {
  readonly #tail: SharedTail;
  readonly #reading = pLimit(MAX_READS);
  readonly #turns = pLimit(MAX_READERS_A_TURN);

  constructor(@Inject(EVENT_STORE) private readonly store: EventStore) {
    this.#tail = new SharedTail(store);
  }

  /**
   * Resolves to every event behind `after` (`null`: from the start), then each new one as it commits, until `signal`
   * aborts, which frees everything. A store that is away is waited for a while. Throws `EventStoreError`, also later on.
   */
  async log(after: Position | null, signal: AbortSignal): Promise<AsyncGenerator<Piece, void>> {
    return this.#followLog(await this.#tail.join(signal), after, signal);
  }

  /** Likewise the events of one stream behind a version, -1 for all of them. */
  async stream(
    name: string,
    version: number,
    signal: AbortSignal,
  ): Promise<AsyncGenerator<Piece, void>> {
    return this.#followStream(await this.#tail.join(signal), name, version, signal);
  }

  async *#followLog(
    tail: LogTail,
    after: Position | null,
    signal: AbortSignal,
  ): AsyncGenerator<Piece, void> {
    let position = after;
    let limit = PAGE;
    for (;;) {
      await this.#turns(() => nextTurn());
      if (signal.aborted) return;
      const { piece, isLive, nextLimit } = await this.#next(tail, position, limit, signal);
      const last = piece.at(-1);
      if (last === undefined) {
        await (isLive ? tail.grown(position, signal) : pause(signal));
        continue;
      }
      yield piece;
      position = last.position;
      limit = nextLimit;
    }
  }

  /** What is read beyond the piece is let go: a reader that takes nothing holds one piece, however large the rest is. */
  async #next(
    tail: LogTail,
    position: Position | null,
    limit: number,
    signal: AbortSignal,
  ): Promise<{ piece: Piece; isLive: boolean; nextLimit: number }> {
    const recent = tail.behind(position, PAGE);
    if (recent !== undefined) return { piece: firstPiece(recent), isLive: true, nextLimit: limit };
    const page = await this.#read(() => this.store.readAll(position, limit), signal);
    const piece = firstPiece(page);
    const nextLimit = piece.length < page.length ? piece.length : Math.min(PAGE, limit * 2);
    return { piece, isLive: false, nextLimit };
  }

  async *#followStream(
    tail: LogTail,
    name: string,
    after: number,
    signal: AbortSignal,
  ): AsyncGenerator<Piece, void> {
    const watch = tail.watch(name, signal);
    let version = after;
    while (!signal.aborted) {
      const told = watch.version;
      const piece = await this.#nextOf(name, version, signal);
      const last = piece.at(-1);
      if (last === undefined) {
        await (told > version ? pause(signal) : watch.beyond(version, signal));
        continue;
      }
      yield piece;
      version = last.version;
    }
  }

  async #nextOf(name: string, version: number, signal: AbortSignal): Promise<Piece> {
    const events = await this.#read(() => this.store.readStream(name), signal);
    return firstPiece(events.filter((event) => event.version > version));
  }

  /** Nothing once `signal` aborts. */
  async #read(
    read: () => Promise<readonly StoredEvent[]>,
    signal: AbortSignal,
  ): Promise<readonly StoredEvent[]> {
    const until = Date.now() + PATIENCE;
    while (!signal.aborted) {
      try {
        return await this.#reading(() => (signal.aborted ? [] : inTurn(read)));
      } catch (error) {
        if (!isUnavailable(error) || Date.now() > until) throw error;
        await pause(signal);
      }
    }
    return [];
  }
}

async function inTurn<T>(read: () => Promise<T>): Promise<T> {
  const found = await read();
  await nextTurn();
  return found;
}

const isUnavailable = (error: unknown): boolean =>
  error instanceof EventStoreError && error.code === 'unavailable';

const pause = (signal: AbortSignal): Promise<void> =>
  sleep(PAUSE, undefined, { signal }).catch(() => undefined);
