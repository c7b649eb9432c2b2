import { Readable } from 'node:stream';
import { Agent, request, type Dispatcher } from 'undici';
import type { Identity, Keys } from './identities.js';

/** What came back. */
export interface Answer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly text: string;
  /** The text as JSON; throws when it is none. */
  json(): unknown;
}

export interface Send {
  /** Sent as JSON. */
  readonly body?: unknown;
  /** Sent as it is, as `application/json` unless a header says otherwise; an iterable goes out in chunks. */
  readonly raw?: string | Buffer | AsyncIterable<Buffer>;
  readonly headers?: Readonly<Record<string, string | string[]>>;
}

/** Calls the service under somebody's key; `null` sends none. */
export type Call = (
  as: Identity | null,
  method: Dispatcher.HttpMethod,
  path: string,
  send?: Send,
) => Promise<Answer>;

/** Speaks HTTP to one service. */
export interface HttpClient {
  readonly url: string;
  readonly call: Call;
  close(): Promise<void>;
}

export function createHttpClient(url: string, keys: Keys): HttpClient {
  const dispatcher = new Agent({ headersTimeout: 15_000, bodyTimeout: 15_000 });
  return {
    url,
    async call(as, method, path, send = {}) {
      const { body, type } = bodyOf(send);
      const headers = {
        ...(as && { authorization: `Bearer ${keys[as]}` }),
        ...type,
        ...send.headers,
      };
      const answer = await request(url + path, { method, headers, body, dispatcher });
      const text = isEndless(answer) ? await firstChunk(answer.body) : await answer.body.text();
      const { statusCode: status } = answer;
      return { status, headers: answer.headers, text, json: () => JSON.parse(text) as unknown };
    },
    close: () => dispatcher.destroy(),
  };
}

const isEndless = ({ headers }: Dispatcher.ResponseData): boolean =>
  String(headers['content-type']).startsWith('text/event-stream');

/** Leaves behind it: a stream of events may have no end. */
async function firstChunk(body: Readable): Promise<string> {
  for await (const chunk of body) return String(chunk);
  return '';
}

const JSON_TYPE = { 'content-type': 'application/json' };

function bodyOf({ body, raw }: Send) {
  if (raw !== undefined)
    return { body: isChunked(raw) ? Readable.from(raw) : raw, type: JSON_TYPE };
  if (body === undefined) return { body: null, type: {} };
  return { body: JSON.stringify(body), type: JSON_TYPE };
}

const isChunked = (raw: NonNullable<Send['raw']>): raw is AsyncIterable<Buffer> =>
  typeof raw !== 'string' && !Buffer.isBuffer(raw);
