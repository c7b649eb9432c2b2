import { defaultSettings, DELETED, settingsOf, type StreamSettings } from './stream-settings.js';

/** A record of the log, as the server keeps it. */
export interface LogRecord {
  readonly id: string;
  readonly stream: string;
  readonly revision: number;
  readonly type: string;
  readonly contentType: string;
  readonly data: Uint8Array;
  readonly metadata: Uint8Array;
  readonly position: bigint;
  readonly created: Date;
}

export type ProposedRecord = Pick<LogRecord, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

/** A stream as it stands: revisions go on after a soft deletion, never after a tombstone. */
export interface LogStream {
  readonly records: LogRecord[];
  isTombstoned: boolean;
  settings: StreamSettings;
}

/** What the header of a record takes in the log, so that positions grow as they do on a disk. */
const RECORD_OVERHEAD = 91;

/** The type of the record that ends a stream for ever. */
export const TOMBSTONE = '$streamDeleted';

/** The server's log, in memory: one order of all records, and the streams in it. */
export class ScriptedLog {
  readonly records: LogRecord[] = [];
  readonly #streams = new Map<string, LogStream>();
  readonly #indexes = new Map<bigint, number>();
  readonly #readers = new Set<() => void>();
  #end = 0n;

  /** The stream, unless nothing was ever said about it. */
  stream(name: string): LogStream | undefined {
    return this.#streams.get(name);
  }

  /** Whether a stream, or the one whose metadata it holds, was ended for ever. */
  isTombstoned(name: string): boolean {
    const original = name.startsWith('$$') ? name.slice(2) : name;
    return [name, original].some((each) => this.#streams.get(each)?.isTombstoned);
  }

  settingsOf(name: string): StreamSettings {
    return this.#streams.get(name)?.settings ?? defaultSettings;
  }

  /** Where the next record will begin. */
  get end(): bigint {
    return this.#end;
  }

  /** Where in `records` the one at `position` stands; `undefined` when no record begins there. */
  indexOf(position: bigint): number | undefined {
    return this.#indexes.get(position);
  }

  append(stream: string, proposed: readonly ProposedRecord[]): readonly LogRecord[] {
    return this.appendInTwoSteps(stream, proposed, proposed.length)();
  }

  /**
   * Writes records of which the whole log shows only the first `shown` and their stream none, until the function that it
   * returns is called. Nothing else may be written meanwhile.
   */
  appendInTwoSteps(
    stream: string,
    proposed: readonly ProposedRecord[],
    shown: number,
  ): () => readonly LogRecord[] {
    const written = this.#place(stream, proposed);
    this.#show(written.slice(0, shown));
    return () => {
      this.#show(written.slice(shown));
      for (const record of written) this.#file(record);
      return written;
    };
  }

  /** Ends a stream so that it can be written to again. */
  delete(name: string): LogRecord | undefined {
    return this.#setTruncateBefore(name, DELETED);
  }

  /** Ends a stream for ever. */
  tombstone(name: string): LogRecord | undefined {
    return this.append(name, [serverRecord(TOMBSTONE, {})]).at(-1);
  }

  /** Takes up a stream again that had been deleted: what was in it before stays hidden. */
  revive(name: string, firstRevision: number): void {
    this.#setTruncateBefore(name, BigInt(firstRevision));
  }

  /** Goes back to the first `length` records, as a log does that is restored from a backup. */
  setBack(length: number): void {
    const kept = this.records.slice(0, length);
    this.#end = this.records[length]?.position ?? this.#end;
    this.records.length = 0;
    this.#streams.clear();
    this.#indexes.clear();
    this.#show(kept);
    for (const record of kept) this.#file(record);
  }

  /** Resolves at the next commit or as soon as `signal` aborts. */
  nextCommit(signal: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      const wake = () => {
        this.#readers.delete(wake);
        signal.removeEventListener('abort', wake);
        resolve();
      };
      this.#readers.add(wake);
      signal.addEventListener('abort', wake, { once: true });
      if (signal.aborted) wake();
    });
  }

  #setTruncateBefore(name: string, truncateBefore: bigint): LogRecord | undefined {
    // Written as text: the largest value is no JavaScript number.
    const data = Buffer.from(`{"$tb":${truncateBefore}}`);
    const metadata = { ...serverRecord('$metadata', {}), data };
    return this.append(`$$${name}`, [metadata]).at(-1);
  }

  #place(name: string, proposed: readonly ProposedRecord[]): readonly LogRecord[] {
    const first = this.#streams.get(name)?.records.length ?? 0;
    const created = new Date();
    return proposed.map((one, at) => {
      const written = { ...one, stream: name, revision: first + at, position: this.#end, created };
      this.#end += BigInt(RECORD_OVERHEAD + name.length + one.data.length + one.metadata.length);
      return written;
    });
  }

  #show(written: readonly LogRecord[]): void {
    for (const record of written) {
      this.#indexes.set(record.position, this.records.length);
      this.records.push(record);
    }
    for (const wake of this.#readers) wake();
  }

  #file(record: LogRecord): void {
    const stream = this.#open(record.stream);
    if (record.type === TOMBSTONE) {
      stream.isTombstoned = true;
      return;
    }
    stream.records.push(record);
    if (record.stream.startsWith('$$')) {
      this.#open(record.stream.slice(2)).settings = settingsOf(record.data);
    }
  }

  #open(name: string): LogStream {
    const stream = this.#streams.get(name) ?? newStream();
    this.#streams.set(name, stream);
    return stream;
  }
}

export const isSoftDeleted = ({ settings }: LogStream): boolean =>
  settings.truncateBefore === DELETED;

/** A record that the server itself, or another application, writes. */
export const serverRecord = (type: string, data: unknown): ProposedRecord => ({
  id: crypto.randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(JSON.stringify(data)),
  metadata: new Uint8Array(),
});

const newStream = (): LogStream => ({
  records: [],
  isTombstoned: false,
  settings: defaultSettings,
});
