import { randomUUID } from 'node:crypto';
import { NO_STREAM, type EventStore, type NewEvent } from '../../src/event-store/event-store.js';
import { jsonEvent } from '../../src/event-store/json-event.js';
import type { AppendRecord } from './history.js';
import type { Recorder } from './recorder.js';
import type { AppendStep } from './schedule.js';

const MAX_TRIES = 4;

/** Appends one step behind the other, as a command handler does: read, append at the version read, again on a conflict. */
export class Writer {
  readonly #versions = new Map<string, number>();
  #idle = Promise.resolve();

  constructor(
    private readonly number: number,
    private readonly store: EventStore,
    private readonly recorder: Recorder,
    private readonly streamPrefix: string,
  ) {}

  /** Resolves when everything it was given to do is done. */
  get idle(): Promise<void> {
    return this.#idle;
  }

  take(step: AppendStep): void {
    this.#idle = this.#idle.then(() => this.#append(step));
  }

  async #append(step: AppendStep): Promise<void> {
    const stream = this.#streamOf(step);
    for (let tries = 0; tries < MAX_TRIES; tries += 1) {
      const expectedVersion = await this.#versionOf(stream, step);
      if (expectedVersion === undefined) return;
      const { outcome } = await this.#appendAt(stream, expectedVersion, step);
      if (outcome.kind === 'acknowledged') this.#versions.set(stream, outcome.version);
      else this.#versions.delete(stream);
      if (outcome.kind !== 'conflict') return;
    }
  }

  async #appendAt(
    stream: string,
    expectedVersion: number,
    step: AppendStep,
  ): Promise<AppendRecord> {
    const events = Array.from({ length: step.events }, () => newEvent(step.characters));
    const wanted = { writer: this.number, stream, expectedVersion, events };
    const record = await this.recorder.append(this.store, wanted);
    if (record.outcome.kind !== 'unknown' || !step.repeatsUnknown) return record;
    return this.recorder.repeat(this.store, record);
  }

  #streamOf({ sharedStream }: AppendStep): string {
    return (
      this.streamPrefix + (sharedStream === null ? `own-${this.number}` : `shared-${sharedStream}`)
    );
  }

  /** Nobody else writes to its own stream, so it remembers where that stands; `undefined` when nobody answers. */
  async #versionOf(stream: string, { sharedStream }: AppendStep): Promise<number | undefined> {
    const known = sharedStream === null ? this.#versions.get(stream) : undefined;
    if (known !== undefined) return known;
    const { outcome } = await this.recorder.readStream(this.store, stream);
    return outcome.kind === 'read' ? (outcome.value.at(-1)?.version ?? NO_STREAM) : undefined;
  }
}

/** An event with text of its own, of more than one byte a character here and there. */
export const newEvent = (characters: number): NewEvent => {
  const id = randomUUID();
  const text = 'é'.repeat(characters % 7) + 'x'.repeat(characters);
  return jsonEvent(id, 'Tried', { id, text }, { $correlationId: id });
};
