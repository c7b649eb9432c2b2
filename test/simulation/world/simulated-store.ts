import { EventStoreError } from '../../../src/event-store/event-store.errors.js';
import type {
  Appended,
  EventStore,
  NewEvent,
  Position,
  StoredEvent,
} from '../../../src/event-store/event-store.js';
import { exchange, type Fate } from './exchange.js';
import type { StoreFaults } from './profile.js';
import type { SimulatedProcess } from './simulated-process.js';

export interface SimulatedStoreOptions {
  /** The store that all replicas write to. */
  readonly base: EventStore;
  readonly process: SimulatedProcess;
  readonly latency: number;
  readonly viewLag: number;
  /** What goes wrong, as things are now. */
  faults(): StoreFaults;
}

/** One replica's way to the event store: whatever it asks takes time, and may go wrong as over a real network. */
export class SimulatedStore implements EventStore {
  readonly #base: EventStore;
  readonly #process: SimulatedProcess;

  constructor(private readonly options: SimulatedStoreOptions) {
    this.#base = options.base;
    this.#process = options.process;
  }

  append(stream: string, expectedVersion: number, events: readonly NewEvent[]): Promise<Appended> {
    const types = () => events.map(({ type }) => type).join(', ');
    return this.#ask(
      () => `append ${types()} to ${short(stream)} behind ${expectedVersion}`,
      () => this.#base.append(stream, expectedVersion, events),
      this.#fateOfAppend(),
    );
  }

  readStream(stream: string): Promise<readonly StoredEvent[]> {
    const label = () => `read ${short(stream)}`;
    const perform = () => this.#base.readStream(stream);
    if (!this.#chance('stale')) return this.#ask(label, perform);
    const answer = async () => withoutLastAppend(await perform());
    return this.#ask(label, perform, { kind: 'answered wrongly', answer });
  }

  readStreamPage(stream: string, after: number, limit: number): Promise<readonly StoredEvent[]> {
    return this.#ask(
      () => `read ${short(stream)} behind ${after}`,
      () => this.#base.readStreamPage(stream, after, limit),
    );
  }

  readAll(after: Position | null, limit: number): Promise<readonly StoredEvent[]> {
    return this.#ask(
      () => `read the log behind ${after}`,
      () => this.#base.readAll(after, limit),
    );
  }

  async *subscribe(
    after: Position | null,
    signal: AbortSignal,
  ): AsyncGenerator<readonly StoredEvent[], void> {
    for await (const batch of this.#base.subscribe(after, signal)) {
      await this.#delivered(batch);
      if (this.#chance('broken')) throw unavailable();
      yield batch;
    }
  }

  head(): Promise<Position | null> {
    return this.#ask(
      () => 'ask for the end of the log',
      () => this.#base.head(),
    );
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  #ask<T>(
    label: () => string,
    perform: () => Promise<T>,
    fate: Fate<T> = this.#fateOfRead(),
  ): Promise<T> {
    const { latency } = this.options;
    return exchange({ process: this.#process, label, latency, perform, fate });
  }

  #delivered(batch: readonly StoredEvent[]): Promise<void> {
    const { random, schedule, name } = this.#process;
    return new Promise((resolve) => {
      schedule.after(random.fraction() * this.options.viewLag, {
        label: () => `${name}: its views are told of ${batch.length} events`,
        process: this.#process,
        act: resolve,
      });
    });
  }

  #fateOfRead<T>(): Fate<T> {
    return this.#chance('unavailable')
      ? { kind: 'turned down', error: unavailable() }
      : { kind: 'done' };
  }

  #fateOfAppend(): Fate<Appended> {
    if (this.#chance('unavailable')) return { kind: 'turned down', error: unavailable() };
    if (this.#chance('dropped')) return { kind: 'turned down', error: outcomeUnknown() };
    if (this.#chance('lost')) return { kind: 'done, but not heard of', error: outcomeUnknown() };
    if (this.#chance('late')) {
      return { kind: 'done after it was given up', error: outcomeUnknown() };
    }
    return { kind: 'done' };
  }

  #chance(fault: keyof StoreFaults): boolean {
    return this.#process.random.chance(this.options.faults()[fault]);
  }
}

const unavailable = () => new EventStoreError('unavailable', 'The event store is away.');

const outcomeUnknown = () =>
  new EventStoreError('outcome-unknown', 'The event store did not answer.');

/** An append becomes visible as a whole; its events have their metadata in common. */
const withoutLastAppend = (events: readonly StoredEvent[]): readonly StoredEvent[] =>
  events.filter(({ metadata }) => metadata !== events.at(-1)?.metadata);

/** A stream's name as steps show it. */
export const short = (stream: string): string => stream.slice(-4);
