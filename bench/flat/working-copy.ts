import { constants } from 'node:fs';
import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PreparedStore } from './prepare-store.js';

/** A store may grow by so much of what it had before it is taken anew. */
const GROWTH = 0.1;

/** A copy of a prepared store for Docket to write to. */
export class WorkingCopy {
  readonly folder: string;
  /** Events it has by now; null before it was first taken. */
  #events: number | null = null;

  constructor(
    private readonly prepared: PreparedStore,
    parent: string,
  ) {
    this.folder = join(parent, `${prepared.events}-events`);
  }

  /** Events at the start of a round. */
  get size(): number {
    return this.prepared.events;
  }

  /** Makes it as good as new, unless it has hardly grown. */
  async renew(): Promise<void> {
    if (this.#events !== null && this.#events <= this.size * (1 + GROWTH)) return;
    await rm(this.folder, { recursive: true, force: true });
    // Where the file system can, the copy shares its blocks until one of them is written to.
    await cp(this.prepared.folder, this.folder, {
      recursive: true,
      mode: constants.COPYFILE_FICLONE,
    });
    this.#events = this.size;
  }

  /** Takes note that it has so many events more. */
  grew(events: number): void {
    this.#events = (this.#events ?? this.size) + events;
  }
}
