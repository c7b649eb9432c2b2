import type { Dispatcher } from 'undici';
import type { Ask } from '../records.js';

/** The call that asks it. */
export interface HttpAsk {
  readonly method: Dispatcher.HttpMethod;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

const post = (path: string, body: object, headers: HttpAsk['headers']): HttpAsk => ({
  method: 'POST',
  path,
  headers: { 'content-type': 'application/json', ...headers },
  body: JSON.stringify(body),
});

const get = (path: string): HttpAsk => ({ method: 'GET', path, headers: {}, body: null });

/** How `ask` is put; `prefer` says how long the answer may wait for the agent. */
export function askOverHttp(ask: Ask, prefer: string): HttpAsk {
  switch (ask.kind) {
    case 'submit': {
      const key = ask.key === null ? {} : { 'idempotency-key': ask.key };
      return post('/v1/requests', ask.body, { prefer, ...key });
    }
    case 'decide': {
      const { id, decision, contentDigest } = ask;
      const body = { decision, contentDigest, comment: 'As we agreed.' };
      return post(`/v1/requests/${id}/decisions`, body, { prefer });
    }
    case 'withdraw':
      return post(`/v1/requests/${ask.id}/withdrawal`, {}, {});
    case 'resolve': {
      const { id, outcome } = ask;
      return post(
        `/v1/requests/${id}/resolution`,
        { outcome, comment: 'As its session says.' },
        {},
      );
    }
    case 'read': {
      const query = ask.minPosition === null ? '' : `?minPosition=${ask.minPosition}`;
      return get(`/v1/requests/${ask.id}${query}`);
    }
    case 'follow':
      return get(`/v1/events?limit=500${ask.after === null ? '' : `&after=${ask.after}`}`);
  }
}
