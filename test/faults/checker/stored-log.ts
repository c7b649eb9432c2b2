import { NO_STREAM, type StoredEvent } from '../../../src/event-store/event-store.js';
import type { AppendRecord } from '../history.js';

/** The log as the server holds it in the end, to be asked about. */
export class StoredLog {
  readonly #byId: ReadonlyMap<string, readonly StoredEvent[]>;
  readonly #byStream: ReadonlyMap<string, readonly StoredEvent[]>;

  constructor(readonly events: readonly StoredEvent[]) {
    this.#byId = Map.groupBy(events, ({ id }) => id);
    this.#byStream = Map.groupBy(events, ({ stream }) => stream);
  }

  /** Every place where an event of this id is stored. */
  placesOf(id: string): readonly StoredEvent[] {
    return this.#byId.get(id) ?? [];
  }

  get streams(): Iterable<readonly [string, readonly StoredEvent[]]> {
    return this.#byStream;
  }

  stream(name: string): readonly StoredEvent[] {
    return this.#byStream.get(name) ?? [];
  }
}

/** Acknowledged before this moment: whoever asks from then on has to see it. */
export const acknowledgedBefore = (
  appends: readonly AppendRecord[],
  moment: number,
): readonly Acknowledged[] => acknowledged(appends).filter(({ append }) => append.ended < moment);

export interface Acknowledged {
  readonly append: AppendRecord;
  readonly version: number;
  readonly position: bigint;
}

export const acknowledged = (appends: readonly AppendRecord[]): readonly Acknowledged[] =>
  appends.flatMap((append) => {
    const { outcome } = append;
    if (outcome.kind !== 'acknowledged') return [];
    return [{ append, version: outcome.version, position: outcome.position }];
  });

/** The last version of a stream that was acknowledged before this moment. */
export const versionBefore = (
  appends: readonly AppendRecord[],
  stream: string,
  moment: number,
): number =>
  acknowledgedBefore(appends, moment)
    .filter(({ append }) => append.stream === stream)
    .reduce((last, { version }) => Math.max(last, version), NO_STREAM);

export const sameEvent = (one: StoredEvent | undefined, other: StoredEvent | undefined): boolean =>
  one !== undefined &&
  other !== undefined &&
  one.id === other.id &&
  one.stream === other.stream &&
  one.version === other.version &&
  one.position === other.position &&
  one.type === other.type &&
  one.data === other.data &&
  one.metadata === other.metadata;

/** Whether `events` are the first ones of `log`. */
export const isBeginningOf = (
  log: readonly StoredEvent[],
  events: readonly StoredEvent[],
): boolean => events.every((event, at) => sameEvent(event, log[at]));
