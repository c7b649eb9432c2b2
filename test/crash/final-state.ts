import { setTimeout as sleep } from 'node:timers/promises';
import { request } from 'undici';
import { z } from 'zod';
import type { EventStore, StoredEvent } from '../../src/event-store/event-store.js';
import { waitingItem } from '../../src/views/approval-queue/waiting-item.js';
import { tracePage } from '../../src/views/request-trace/request-trace.schema.js';
import { trace, type Trace } from '../../src/views/request-trace/trace.js';
import { riskReport } from '../../src/views/risk-report/risk-report.js';
import type { Identity, Keys } from '../support/docket/identities.js';
import type { ShownViews } from './records.js';

const LOOK_AGAIN = 100;
const SINGLE = 200;
const PAGE = 500;
const RUNNING = ['submitted', 'classified', 'approved', 'executing'] as const;
const YEAR = 365 * 86_400_000;

const waitingPage = z.object({ items: z.array(waitingItem), nextCursor: z.string().nullable() });
const eventPage = z.object({ items: z.array(z.object({ position: z.string() })) });

/** A view did not show what it has to. */
export class ViewsFailed extends Error {
  override readonly name = 'ViewsFailed';
}

/** Reads what a running service shows. */
export class FinalState {
  constructor(
    private readonly url: string,
    private readonly keys: Keys,
  ) {}

  /** Resolves as soon as the views show nothing that still has to come to rest, or after so many milliseconds. */
  async atRest(milliseconds: number): Promise<void> {
    const end = Date.now() + milliseconds;
    while (Date.now() < end && (await this.#isSomethingRunning())) await sleep(LOOK_AGAIN);
  }

  /** All views, as they stand at the end of the log. */
  async views(now: number): Promise<Omit<ShownViews, 'rows' | 'rebuiltRows'>> {
    const head = await this.#head();
    const at = head === null ? '' : `&minPosition=${head}`;
    const traces = await this.#pages('audrey', `/v1/requests?limit=${PAGE}${at}`, tracePage);
    const single: Trace[] = [];
    for (const { id } of traces.slice(0, SINGLE)) {
      single.push(trace.parse(await this.#get('audrey', `/v1/requests/${id}`)));
    }
    const range = `from=${isoTime(now - YEAR)}&to=${isoTime(now + YEAR)}&interval=month${at}`;
    const report = riskReport.parse(await this.#get('ana', `/v1/reports/risk?${range}`));
    const waiting = await Promise.all(
      (['grace', 'linus', 'gus'] as const).map(async (approver) => {
        const path = `/v1/approvals?limit=${PAGE}${at}`;
        return { approver, items: await this.#pages(approver, path, waitingPage) };
      }),
    );
    return { traces, single, report, waiting };
  }

  async #isSomethingRunning(): Promise<boolean> {
    const pages = RUNNING.map(async (status) =>
      tracePage.parse(await this.#get('audrey', `/v1/requests?limit=1&status=${status}`)),
    );
    return (await Promise.all(pages)).some(({ items }) => items.length > 0);
  }

  async #head(): Promise<string | null> {
    let head: string | null = null;
    for (;;) {
      const after = head === null ? '' : `&after=${head}`;
      const page = eventPage.parse(await this.#get('audrey', `/v1/events?limit=${PAGE}${after}`));
      const last = page.items.at(-1);
      if (!last) return head;
      head = last.position;
    }
  }

  async #pages<T>(
    as: Identity,
    path: string,
    page: z.ZodType<{ readonly items: readonly T[]; readonly nextCursor: string | null }>,
  ): Promise<T[]> {
    const items: T[] = [];
    for (let cursor = ''; ;) {
      const { items: more, nextCursor } = page.parse(await this.#get(as, path + cursor));
      items.push(...more);
      if (nextCursor === null) return items;
      cursor = `&cursor=${nextCursor}`;
    }
  }

  async #get(as: Identity, path: string): Promise<unknown> {
    const headers = { authorization: `Bearer ${this.keys[as]}` };
    const { statusCode, body } = await request(this.url + path, { headers });
    const text = await body.text();
    if (statusCode !== 200)
      throw new ViewsFailed(`GET ${path} was answered ${statusCode}: ${text}`);
    return JSON.parse(text);
  }
}

const isoTime = (milliseconds: number): string => new Date(milliseconds).toISOString();

/** The whole log as the store itself has it. */
export async function readWholeLog(store: EventStore): Promise<readonly StoredEvent[]> {
  const log: StoredEvent[] = [];
  for (;;) {
    const page = await store.readAll(log.at(-1)?.position ?? null, PAGE);
    if (page.length === 0) return log;
    log.push(...page);
  }
}
