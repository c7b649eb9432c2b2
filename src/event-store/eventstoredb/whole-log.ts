import type { Position, StoredEvent } from '../event-store.js';
import { unknownPosition } from './classify-failure.js';

const MAX_POSITION = 2n ** 63n - 1n;
const FIRST_PAGE = 64;
const MAX_PAGE = 1_024;

/** Pages of `$all`, records of every application among them. */
export interface PagedLog {
  /** At most `count` records, the one at `from` first; throws `position-unknown`, or not, where no record begins. */
  readForwards(from: Position | null, count: number): Promise<readonly StoredEvent[]>;
  /** At most `count` records before `before` (`null`: from the end), newest first. */
  readBackwards(before: Position | null, count: number): Promise<readonly StoredEvent[]>;
}

/** This service's events in a log that it shares with the server itself and with other applications. */
export class WholeLog {
  /** The newest of our events that is known, and up to where the log was searched for it. */
  #head: Position | null = null;
  #searchedTo: Position | null = null;

  constructor(
    private readonly log: PagedLog,
    private readonly streamPrefixes: readonly string[],
  ) {}

  /** At most `limit` of our events behind `after`; throws `position-unknown` when no event of ours stands there. */
  async readBehind(after: Position | null, limit: number): Promise<readonly StoredEvent[]> {
    const events: StoredEvent[] = [];
    let from = after;
    let pageSize = Math.min(MAX_PAGE, limit + 1);
    for (;;) {
      const page = await this.#pageFrom(from, pageSize);
      if (from === after && after !== null) this.#expectOursAt(after, page[0]);
      const unread = from === null ? page : page.slice(1);
      events.push(...unread.filter((event) => this.isOurs(event)));
      if (events.length >= limit) return events.slice(0, limit);
      const last = page.at(-1);
      if (page.length < pageSize || last === undefined) return events;
      from = last.position;
      pageSize = nextPageSize(pageSize);
    }
  }

  /** Throws `position-unknown` unless an event of ours stands there. */
  async verify(position: Position): Promise<void> {
    await this.readBehind(position, 0);
  }

  /** The position of our last event; searches backwards only what was written since the last call. */
  async head(): Promise<Position | null> {
    let before: Position | null = null;
    let end: Position | null = null;
    let pageSize = FIRST_PAGE;
    for (;;) {
      const page: readonly StoredEvent[] = await this.log.readBackwards(before, pageSize);
      end ??= page[0]?.position ?? null;
      const newest = page.find((event) => this.isOurs(event))?.position;
      const last = page.at(-1)?.position;
      if (newest !== undefined) return this.#remember(newest, end);
      if (last === undefined || page.length < pageSize || this.#wasSearched(last)) {
        return this.#remember(this.#head, end);
      }
      before = last;
      pageSize = nextPageSize(pageSize);
    }
  }

  isOurs({ stream }: StoredEvent): boolean {
    return this.streamPrefixes.some((prefix) => stream.startsWith(prefix));
  }

  async #pageFrom(from: Position | null, count: number): Promise<readonly StoredEvent[]> {
    if (from !== null && (from < 0n || from > MAX_POSITION)) throw unknownPosition(from);
    return this.log.readForwards(from, count);
  }

  #expectOursAt(position: Position, first: StoredEvent | undefined): void {
    if (first?.position !== position || !this.isOurs(first)) throw unknownPosition(position);
  }

  #wasSearched(position: Position): boolean {
    return this.#searchedTo !== null && position <= this.#searchedTo;
  }

  #remember(head: Position | null, searchedTo: Position | null): Position | null {
    this.#head = latest(this.#head, head);
    this.#searchedTo = latest(this.#searchedTo, searchedTo);
    return this.#head;
  }
}

const latest = (one: Position | null, other: Position | null): Position | null =>
  one === null || (other !== null && other > one) ? other : one;

const nextPageSize = (size: number): number => Math.min(MAX_PAGE, Math.max(FIRST_PAGE, size * 2));
