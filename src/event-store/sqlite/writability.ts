import { open, rm } from 'node:fs/promises';
import { EventStoreError } from '../event-store.errors.js';

/** Bytes that must fit beside the log before it counts as writable again: more than most commits need. */
const TRIAL_BYTES = 4 * 1024 * 1024;

/** Milliseconds from a failed write or trial to the next trial. */
const TRIAL_PAUSE = 1_000;

/**
 * Whether events can be recorded, which nobody learns while a load balancer keeps requests away: once a write has
 * failed, a question after a while tries to write a file beside the log.
 */
export class Writability {
  #failure: { readonly cause: unknown; since: number } | null = null;
  #trial: Promise<void> | null = null;

  constructor(
    private readonly file: string,
    private readonly onChange: (isWritable: boolean, cause?: unknown) => void,
  ) {}

  /** An append failed that is not to blame for it itself. */
  failed(cause: unknown): void {
    if (!this.#failure) this.onChange(false, cause);
    this.#failure = { cause, since: performance.now() };
  }

  succeeded(): void {
    if (!this.#failure) return;
    this.#failure = null;
    this.onChange(true);
  }

  /** Throws `read-only` while nothing can be written. */
  async check(): Promise<void> {
    if (!this.#failure) return;
    if (performance.now() - this.#failure.since >= TRIAL_PAUSE) {
      await (this.#trial ??= this.#try().finally(() => (this.#trial = null)));
    }
    if (!this.#failure) return;
    const { cause } = this.#failure;
    const why = cause instanceof Error ? cause.message : 'unexpected failure';
    throw new EventStoreError('read-only', why, { cause });
  }

  async #try(): Promise<void> {
    try {
      await writeTrial(`${this.file}-trial`);
      this.succeeded();
    } catch (cause) {
      this.failed(cause);
    }
  }
}

async function writeTrial(file: string): Promise<void> {
  try {
    const handle = await open(file, 'w', 0o600);
    try {
      await handle.writeFile(Buffer.alloc(TRIAL_BYTES));
      await handle.sync();
    } finally {
      await handle.close();
    }
  } finally {
    await rm(file, { force: true });
  }
}
