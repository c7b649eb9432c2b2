import { setTimeout as sleep } from 'node:timers/promises';
import type { EventStore, Position, StoredEvent } from '../../src/event-store/event-store.js';
import type { SessionRecord, SubscriberRecord } from './history.js';

const PORTION = 6;

interface Session {
  readonly after: Position | null;
  readonly received: StoredEvent[];
  readonly stop: AbortController;
  failure: string | null;
}

/** Reads the log as a projection does: applies events in portions and keeps, with each, the position it came to. */
export class Subscriber {
  readonly #sessions: Session[] = [];
  readonly #ended: Promise<void>[] = [];
  readonly #applied: StoredEvent[] = [];
  #checkpoint: Position | null;

  constructor(
    private readonly number: number,
    after: Position | null,
    private readonly portionMilliseconds: number,
  ) {
    this.#checkpoint = after;
  }

  get checkpoint(): Position | null {
    return this.#checkpoint;
  }

  /** How often it has begun. */
  get beginnings(): number {
    return this.#sessions.length;
  }

  /** Begins at `store` behind its checkpoint; what an earlier session has not applied yet is forgotten. */
  begin(store: EventStore): void {
    this.#sessions.at(-1)?.stop.abort();
    const after = this.#checkpoint;
    const session: Session = { after, received: [], stop: new AbortController(), failure: null };
    this.#sessions.push(session);
    this.#ended.push(this.#read(store, session));
  }

  /** Resolves once every session has ended. */
  async stop(): Promise<void> {
    this.#sessions.at(-1)?.stop.abort();
    await Promise.all(this.#ended);
  }

  record(caughtUp: boolean): SubscriberRecord {
    const sessions: SessionRecord[] = this.#sessions.map(({ after, received, failure }) => ({
      after,
      received: [...received],
      failure,
    }));
    return { subscriber: this.number, sessions, applied: [...this.#applied], caughtUp };
  }

  async #read(store: EventStore, session: Session): Promise<void> {
    const { signal } = session.stop;
    try {
      for await (const batch of store.subscribe(session.after, signal)) {
        session.received.push(...batch);
        await this.#apply(batch, signal);
      }
      if (!signal.aborted) session.failure = 'the subscription ended by itself';
    } catch (error) {
      session.failure = String(error);
    }
  }

  async #apply(batch: readonly StoredEvent[], signal: AbortSignal): Promise<void> {
    for (let from = 0; from < batch.length; from += PORTION) {
      if (this.portionMilliseconds > 0) await sleep(this.portionMilliseconds);
      if (signal.aborted) return;
      const portion = batch.slice(from, from + PORTION);
      this.#applied.push(...portion);
      this.#checkpoint = portion.at(-1)?.position ?? this.#checkpoint;
    }
  }
}
