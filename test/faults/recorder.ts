import { VersionConflict } from '../../src/event-store/event-store.errors.js';
import type { EventStore } from '../../src/event-store/event-store.js';
import type {
  AppendOutcome,
  AppendRecord,
  HeadRead,
  LogRead,
  ReadOutcome,
  StreamRead,
} from './history.js';
import { settle } from './settle.js';

/** An append as a writer asks for it. */
export type WantedAppend = Pick<AppendRecord, 'writer' | 'stream' | 'expectedVersion' | 'events'>;

/** Asks stores, each time for at most `callMilliseconds`, and keeps what was asked and answered. */
export class Recorder {
  readonly appends: AppendRecord[] = [];
  readonly streamReads: StreamRead[] = [];
  readonly logReads: LogRead[] = [];
  readonly headReads: HeadRead[] = [];

  constructor(private readonly callMilliseconds: number) {}

  async append(store: EventStore, wanted: WantedAppend): Promise<AppendRecord> {
    const began = performance.now();
    const outcome = await this.#appendOnce(store, wanted);
    const record = { ...wanted, began, ended: performance.now(), outcome };
    this.appends.push(record);
    return record;
  }

  /** Asks for the very same append again; both attempts count as one. */
  async repeat(store: EventStore, earlier: AppendRecord): Promise<AppendRecord> {
    const outcome = await this.#appendOnce(store, earlier);
    const ended = performance.now();
    const record = { ...earlier, ended, outcome: bothOutcomes(earlier.outcome, outcome) };
    this.appends[this.appends.indexOf(earlier)] = record;
    return record;
  }

  async readStream(store: EventStore, stream: string): Promise<StreamRead> {
    const record = { stream, ...(await this.#read(() => store.readStream(stream))) };
    this.streamReads.push(record);
    return record;
  }

  async readLog(store: EventStore, limit: number): Promise<void> {
    this.logReads.push({ limit, ...(await this.#read(() => store.readAll(null, limit))) });
  }

  async readHead(store: EventStore): Promise<void> {
    this.headReads.push(await this.#read(() => store.head()));
  }

  async #appendOnce(
    store: EventStore,
    { stream, expectedVersion, events }: WantedAppend,
  ): Promise<AppendOutcome> {
    const settled = await settle(
      store.append(stream, expectedVersion, events),
      this.callMilliseconds,
    );
    if (settled.kind === 'done') return { kind: 'acknowledged', ...settled.value };
    if (settled.kind !== 'failed') return settled;
    const { error } = settled;
    if (error instanceof VersionConflict) {
      return { kind: 'conflict', expected: error.expectedVersion, actual: error.actualVersion };
    }
    return error.code === 'outcome-unknown'
      ? { kind: 'unknown' }
      : { kind: 'refused', code: error.code };
  }

  async #read<T>(
    ask: () => Promise<T>,
  ): Promise<{ began: number; ended: number; outcome: ReadOutcome<T> }> {
    const began = performance.now();
    const settled = await settle(ask(), this.callMilliseconds);
    const ended = performance.now();
    if (settled.kind === 'done') {
      return { began, ended, outcome: { kind: 'read', value: settled.value } };
    }
    const outcome =
      settled.kind === 'failed'
        ? ({ kind: 'refused', code: settled.error.code } as const)
        : settled;
    return { began, ended, outcome };
  }
}

/** Where the first attempt may have been written, only an acknowledgement or a conflict tells more. */
function bothOutcomes(first: AppendOutcome, second: AppendOutcome): AppendOutcome {
  return first.kind === 'unknown' && second.kind === 'refused' ? first : second;
}
