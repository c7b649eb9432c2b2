import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { loggedEvent } from '../../../src/views/event-log/logged-event.js';
import type { Client } from './client.js';
import type { Notes } from './notes.js';

const PAUSE = 40;
const NO_SUCH_EVENT = 400;

const page = z.object({ items: z.array(loggedEvent) });

/** An auditor who reads the log from its start, over and over on from where they were, across every restart. */
export class Observer {
  #after: string | null = null;
  #isOver = false;
  readonly #observing: Promise<void>;

  constructor(
    private readonly client: Client,
    private readonly notes: Notes,
  ) {
    this.#observing = this.#observe();
  }

  /** Resolves once it has stopped. */
  async stop(): Promise<void> {
    this.#isOver = true;
    await this.#observing;
  }

  async #observe(): Promise<void> {
    while (!this.#isOver) {
      const answer = await this.client.once('audrey', { kind: 'follow', after: this.#after });
      // What it had read is gone: the exchange says so, and everything is read anew.
      if (answer?.status === NO_SUCH_EVENT) this.#after = null;
      const items = page.safeParse(answer?.body).data?.items ?? [];
      const round = this.notes.round();
      for (const event of items) this.notes.seen.push({ reader: 'pages', round, event });
      this.#after = items.at(-1)?.position ?? this.#after;
      if (items.length === 0) await sleep(PAUSE);
    }
  }
}
