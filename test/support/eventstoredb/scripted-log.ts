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
}

export type ProposedRecord = Pick<LogRecord, 'id' | 'type' | 'contentType' | 'data' | 'metadata'>;

/** A stream as it stands: revisions go on after a soft deletion, never after a tombstone. */
export interface LogStream {
  readonly records: LogRecord[];
  deletion: 'none' | 'soft' | 'tombstone';
  /** The first revision that can still be read. */
  firstRevision: number;
}

/** What the header of a record takes in the log, so that positions grow as they do on a disk. */
const RECORD_OVERHEAD = 91;

/** After every so many records another application writes one, so that no reader gets by without its filter. */
const RECORDS_BETWEEN_FOREIGN_ONES = 7;

/** The server's log, in memory: one order of all records, and the streams in it. */
export class ScriptedLog {
  readonly records: LogRecord[] = [];
  readonly #streams = new Map<string, LogStream>();
  readonly #indexes = new Map<bigint, number>();
  readonly #readers = new Set<() => void>();
  #end = 0n;
  #foreign = 0;

  constructor() {
    this.write('$$$settings', [record('$metadata', { $acl: { $r: '$admins' } })]);
    this.write('$users', [record('$User', 'admin')]);
    this.write('$user-admin', [record('$UserCreated', { loginName: 'admin' })]);
    this.#writeForeign();
  }

  stream(name: string): LogStream | undefined {
    return this.#streams.get(name);
  }

  /** Where in `records` the one at `position` stands; `undefined` when no record begins there. */
  indexOf(position: bigint): number | undefined {
    return this.#indexes.get(position);
  }

  append(stream: string, proposed: readonly ProposedRecord[]): readonly LogRecord[] {
    const written = this.write(stream, proposed);
    if (this.records.length % RECORDS_BETWEEN_FOREIGN_ONES === 0) this.#writeForeign();
    this.#wakeReaders();
    return written;
  }

  /** Goes back to the first `length` records, as a log does that is restored from a backup. */
  setBack(length: number): void {
    for (const lost of this.records.splice(length).toReversed()) {
      this.#indexes.delete(lost.position);
      this.#streams.get(lost.stream)?.records.pop();
      this.#end = lost.position;
    }
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
    });
  }

  write(name: string, proposed: readonly ProposedRecord[]): readonly LogRecord[] {
    const stream = this.#open(name);
    return proposed.map((one) => {
      const revision = stream.records.length;
      const written = { ...one, stream: name, revision, position: this.#end };
      this.#end += BigInt(RECORD_OVERHEAD + name.length + one.data.length + one.metadata.length);
      this.#indexes.set(written.position, this.records.length);
      this.records.push(written);
      stream.records.push(written);
      return written;
    });
  }

  #open(name: string): LogStream {
    const stream = this.#streams.get(name) ?? emptyStream();
    this.#streams.set(name, stream);
    return stream;
  }

  #writeForeign(): void {
    this.#foreign += 1;
    this.write(`orders-${this.#foreign % 3}`, [record('OrderPlaced', { order: this.#foreign })]);
    this.write('$stats-127.0.0.1:2113', [record('$statsCollected', { records: this.#foreign })]);
  }

  #wakeReaders(): void {
    for (const wake of this.#readers) wake();
  }
}

const emptyStream = (): LogStream => ({ records: [], deletion: 'none', firstRevision: 0 });

const record = (type: string, data: unknown): ProposedRecord => ({
  id: crypto.randomUUID(),
  type,
  contentType: 'application/json',
  data: Buffer.from(JSON.stringify(data)),
  metadata: new Uint8Array(),
});
