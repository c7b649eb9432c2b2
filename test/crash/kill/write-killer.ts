import { join } from 'node:path';
import { Worker } from 'node:worker_threads';

/** Kills processes in the middle of a write. */
export class WriteKiller {
  readonly #worker = new Worker(join(import.meta.dirname, 'kill-at-write.worker.ts'), {
    execArgv: [],
  });
  #onKill: (() => void) | undefined;

  constructor() {
    this.#worker.on('message', () => this.#onKill?.());
  }

  /** Kills the process when `file` in `directory` has changed so many times from now on. */
  arm(
    order: { directory: string; file: string; changes: number; pid: number },
    onKill: () => void,
  ): void {
    this.#onKill = onKill;
    this.#worker.postMessage(order, []);
  }

  disarm(): void {
    this.#onKill = undefined;
    this.#worker.postMessage(null, []);
  }

  async close(): Promise<void> {
    await this.#worker.terminate();
  }
}
