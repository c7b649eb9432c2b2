import { readFileSync } from 'node:fs';
import { request } from 'undici';
import { z } from 'zod';
import { waitingItem } from '../../views/approval-queue/waiting-item.js';
import { loggedEvent, type LoggedEvent } from '../../views/event-log/logged-event.js';
import { trace, type Trace } from '../../views/request-trace/trace.js';
import { riskReport, type RiskReport } from '../../views/risk-report/risk-report.js';
import { CommandFailed } from '../command-failed.js';

const firstKeys = z.object({
  requester: z.string(),
  approver: z.string(),
  auditor: z.string(),
  analyst: z.string(),
});
type Caller = keyof z.infer<typeof firstKeys>;

const events = z.object({ items: z.array(loggedEvent) });
const queue = z.object({ items: z.array(waitingItem) });

type Send = { readonly body?: unknown; readonly prefer?: string };

/** A client of Docket's REST API, such as services, approvers and auditors have. */
export class DemoClient {
  private readonly keys: z.infer<typeof firstKeys>;

  constructor(
    private readonly url: string,
    firstKeysFile: string,
  ) {
    this.keys = firstKeys.parse(JSON.parse(readFileSync(firstKeysFile, 'utf8')));
  }

  async submit(body: unknown): Promise<Trace> {
    const prefer = 'respond-async';
    return trace.parse(await this.json('requester', 'POST', '/v1/requests', { body, prefer }));
  }

  async trace(id: string, minPosition: string): Promise<Trace> {
    const path = `/v1/requests/${id}?minPosition=${minPosition}`;
    return trace.parse(await this.json('auditor', 'GET', path));
  }

  async events(id: string): Promise<readonly LoggedEvent[]> {
    return events.parse(await this.json('auditor', 'GET', `/v1/requests/${id}/events`)).items;
  }

  /** The digest that the approver's queue shows for the request. */
  async waitingDigest(id: string, minPosition: string): Promise<string> {
    const path = `/v1/approvals?limit=500&minPosition=${minPosition}`;
    const { items } = queue.parse(await this.json('approver', 'GET', path));
    const item = items.find((waiting) => waiting.id === id);
    if (!item) throw new CommandFailed(`Request ${id} is not in the approver’s queue.`);
    return item.contentDigest;
  }

  async approve(id: string, contentDigest: string, comment: string): Promise<Trace> {
    const body = { decision: 'approve', contentDigest, comment };
    return trace.parse(
      await this.json('approver', 'POST', `/v1/requests/${id}/decisions`, { body }),
    );
  }

  async riskReport(minPosition: string): Promise<RiskReport> {
    const path = `/v1/reports/risk?minPosition=${minPosition}`;
    return riskReport.parse(await this.json('analyst', 'GET', path));
  }

  /** Every event in the tutorial's form `trace_id, ts, stage, payload`. */
  exportTraces(format: 'trace-csv' | 'trace-jsonl'): Promise<string> {
    return this.text('auditor', 'GET', `/v1/exports/events?format=${format}`);
  }

  private async json(as: Caller, method: 'GET' | 'POST', path: string, send?: Send) {
    return JSON.parse(await this.text(as, method, path, send)) as unknown;
  }

  private async text(as: Caller, method: 'GET' | 'POST', path: string, send: Send = {}) {
    const { statusCode, body } = await request(new URL(path, this.url), {
      method,
      headers: {
        authorization: `Bearer ${this.keys[as]}`,
        ...(send.prefer && { prefer: send.prefer }),
        ...(send.body !== undefined && { 'content-type': 'application/json' }),
      },
      body: send.body === undefined ? null : JSON.stringify(send.body),
    });
    const text = await body.text();
    if (statusCode < 300) return text;
    throw new CommandFailed(`${method} ${path} was answered ${statusCode}: ${text}`);
  }
}
