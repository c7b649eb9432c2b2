import { z } from 'zod';
import { waitingItem, type WaitingItem } from '../../../src/views/approval-queue/waiting-item.js';
import { loggedEvent, type LoggedEvent } from '../../../src/views/event-log/logged-event.js';
import { trace, type Trace } from '../../../src/views/request-trace/trace.js';
import type { Answer, Call } from './http-client.js';
import type { Identity } from './identities.js';
import { until } from './until.js';

const eventPage = z.object({ items: z.array(loggedEvent), nextAfter: z.string().nullable() });
const waitingPage = z.object({ items: z.array(waitingItem) });

type Headers = Readonly<Record<string, string>>;

/** What people and services do all the time, and what came of it. */
export interface Caller {
  /** Submits a request that is taken. */
  submit(as: Identity, body: object, headers?: Headers): Promise<Trace>;
  /** Decides on the content that the trace shows. */
  decide(as: Identity, decision: 'approve' | 'reject', shown: Trace): Promise<Answer>;
  /** Puts other content in the place of what the trace shows; `over` replaces parts of the decision. */
  amend(as: Identity, shown: Trace, content: object, over?: object): Promise<Answer>;
  /** The trace as an auditor sees it, as soon as the views hold `minPosition`. */
  traceOf(id: string, minPosition?: string): Promise<Trace>;
  /** The trace once the request has come to this status. */
  reached(id: string, status: Trace['status']): Promise<Trace>;
  waitingFor(as: Identity, minPosition?: string): Promise<readonly WaitingItem[]>;
  eventsOf(id: string): Promise<readonly LoggedEvent[]>;
  /** The whole log. */
  log(): Promise<readonly LoggedEvent[]>;
}

export const caller = (call: Call): Caller => ({
  async submit(as, body, headers = {}) {
    const answer = await call(as, 'POST', '/v1/requests', { body, headers });
    if (answer.status >= 300) throw new Error(`It was not taken: ${answer.text}`);
    return trace.parse(answer.json());
  },
  decide: (as, decision, { id, contentDigest }) =>
    call(as, 'POST', `/v1/requests/${id}/decisions`, {
      body: { decision, contentDigest, comment: 'As we agreed.' },
      headers: { prefer: 'wait=10' },
    }),
  amend: (as, { id, contentDigest }, content, over = {}) =>
    call(as, 'POST', `/v1/requests/${id}/decisions`, {
      body: { decision: 'amend', contentDigest, comment: 'Clearer so.', content, ...over },
    }),
  async traceOf(id, minPosition) {
    const query = minPosition === undefined ? '' : `?minPosition=${minPosition}`;
    return trace.parse(await found(call, `/v1/requests/${id}${query}`));
  },
  reached: (id, status) =>
    until(async () => {
      const answer = await call('audrey', 'GET', `/v1/requests/${id}`);
      const shown = trace.safeParse(answer.json()).data;
      return shown?.status === status && shown;
    }),
  async waitingFor(as, minPosition) {
    const query = minPosition === undefined ? '' : `&minPosition=${minPosition}`;
    const answer = await call(as, 'GET', `/v1/approvals?limit=500${query}`);
    return waitingPage.parse(answer.json()).items;
  },
  async eventsOf(id) {
    return eventPage.pick({ items: true }).parse(await found(call, `/v1/requests/${id}/events`))
      .items;
  },
  async log() {
    const events: LoggedEvent[] = [];
    for (let after: string | null = null; ;) {
      const query = after === null ? '' : `&after=${after}`;
      const { items, nextAfter } = eventPage.parse(
        await found(call, `/v1/events?limit=500${query}`),
      );
      if (items.length === 0) return events;
      events.push(...items);
      after = nextAfter;
    }
  },
});

async function found(call: Call, path: string): Promise<unknown> {
  const answer = await call('audrey', 'GET', path);
  if (answer.status === 200) return answer.json();
  throw new Error(`GET ${path} was answered ${answer.text}`);
}
