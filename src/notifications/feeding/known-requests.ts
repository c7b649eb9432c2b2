import type { EventStore, StoredEvent } from '../../event-store/event-store.js';
import { evolveFacts, NO_FACTS, type RequestFacts } from './request-facts.js';
import { readToldEvent, type ToldEvent, UntoldEvent } from './told-event.js';

/** Requests that are remembered; others are read again when something happens to them. */
const MAX_KNOWN = 10_000;

/** What is known of the requests that pass by in the log. */
export class KnownRequests {
  readonly #known = new Map<string, RequestFacts>();

  constructor(private readonly store: EventStore) {}

  /** Takes note of the next event of the log, and resolves to what is known of its request behind it. Throws `EventStoreError`. */
  async after(stored: StoredEvent, event: ToldEvent): Promise<RequestFacts> {
    const { stream, version } = stored;
    const known = version === 0 ? NO_FACTS : this.#known.get(stream);
    const facts = known ? evolveFacts(known, event) : await this.#read(stream, version);
    this.#remember(stream, facts);
    return facts;
  }

  /** A restart, or a request of long ago: from its own stream, up to that event. */
  async #read(stream: string, version: number): Promise<RequestFacts> {
    const events = await this.store.readStream(stream);
    return events
      .slice(0, version + 1)
      .map(readable)
      .reduce((facts, event) => (event ? evolveFacts(facts, event) : facts), NO_FACTS);
  }

  /** A map lists its keys as they were last set, so the first is the one of which nothing was heard for longest. */
  #remember(stream: string, facts: RequestFacts): void {
    this.#known.delete(stream);
    this.#known.set(stream, facts);
    const [oldest] = this.#known.keys();
    if (this.#known.size > MAX_KNOWN && oldest !== undefined) this.#known.delete(oldest);
  }
}

function readable(stored: StoredEvent): ToldEvent | null {
  try {
    return readToldEvent(stored);
  } catch (error) {
    if (error instanceof UntoldEvent) return null;
    throw error;
  }
}
