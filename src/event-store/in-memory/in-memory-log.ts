import { CommitSignal } from '../follow-log.js';
import type { Position, StoredEvent } from '../event-store.js';

/** Positions have gaps, as EventStoreDB's have: nothing may come to count with them. */
const POSITION_STEP = 10n;

/** A log in memory. It outlives the stores that are opened over it, as a file or a server does. */
export class InMemoryLog {
  readonly commits = new CommitSignal();
  readonly events: StoredEvent[] = [];
  readonly #streams = new Map<string, StoredEvent[]>();

  stream(name: string): readonly StoredEvent[] {
    return this.#streams.get(name) ?? [];
  }

  /** Adds events behind the end of their stream and of the log. */
  commit(events: readonly Omit<StoredEvent, 'position'>[]): void {
    for (const event of events)
      this.#add({ ...event, position: this.#positionAt(this.events.length) });
    this.commits.notify();
  }

  /** How many events there are up to `position`; `undefined` when no event has that position. */
  countUpTo(position: Position): number | undefined {
    const isKnown =
      position >= this.#positionAt(0) &&
      position < this.#positionAt(this.events.length) &&
      position % POSITION_STEP === 0n;
    return isKnown ? Number(position / POSITION_STEP) : undefined;
  }

  #positionAt(index: number): Position {
    return BigInt(index + 1) * POSITION_STEP;
  }

  #add(event: StoredEvent): void {
    this.events.push(event);
    const stream = this.#streams.get(event.stream);
    if (stream) stream.push(event);
    else this.#streams.set(event.stream, [event]);
  }
}
