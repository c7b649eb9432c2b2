import type { StoredEvent } from '../event-store.js';

/** Full with so many events or bytes, whichever comes first: a reader takes all of it at once. */
const MAX_EVENTS = 2_048;
const MAX_BYTES = 16 * 1_048_576;

/** Events on their way from a subscription to its reader, bounded by whoever fills it: it asks `isFull` and stops. */
export class EventBuffer {
  #events: StoredEvent[] = [];
  #bytes = 0;
  #failure: unknown;
  #wakeReader: () => void = () => {};
  readonly #wakeWriters = new Set<() => void>();

  get size(): number {
    return this.#events.length;
  }

  get isFull(): boolean {
    return this.#events.length >= MAX_EVENTS || this.#bytes >= MAX_BYTES;
  }

  push(event: StoredEvent): void {
    this.#events.push(event);
    this.#bytes += event.data.length + event.metadata.length;
    this.#wakeReader();
  }

  /** Ends the reading with this error, behind what is in the buffer. */
  fail(error: unknown): void {
    this.#failure = { error };
    this.#wakeReader();
  }

  /** Everything there is, as soon as there is something; `undefined` once `signal` aborts. */
  async take(signal: AbortSignal): Promise<readonly StoredEvent[] | undefined> {
    while (!signal.aborted) {
      if (this.#events.length > 0) return this.#empty();
      if (isFailure(this.#failure)) throw this.#failure.error;
      await wakeUp(signal, (wake) => {
        this.#wakeReader = wake;
      });
    }
    return undefined;
  }

  /** Resolves once there is room again, or `signal` aborts. */
  async hasRoom(signal: AbortSignal): Promise<void> {
    if (!this.isFull) return;
    await wakeUp(signal, (wake) => this.#wakeWriters.add(wake));
  }

  #empty(): readonly StoredEvent[] {
    const events = this.#events;
    this.#events = [];
    this.#bytes = 0;
    for (const wake of this.#wakeWriters) wake();
    this.#wakeWriters.clear();
    return events;
  }
}

const isFailure = (failure: unknown): failure is { readonly error: unknown } =>
  failure !== undefined;

function wakeUp(signal: AbortSignal, register: (wake: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    const wake = () => {
      signal.removeEventListener('abort', wake);
      resolve();
    };
    signal.addEventListener('abort', wake, { once: true });
    if (signal.aborted) wake();
    register(wake);
  });
}
