import { randomUUID } from 'node:crypto';
import type { PlannedRequest } from '../plan/planned-request.js';
import { render } from '../plan/render.js';
import type { Client, Exchange } from '../send/exchange.js';
import type { KnownValues } from '../send/known-values.js';

const ID = /\/v1\/[a-z-]+\/([0-9a-f-]{36})(?=[/?]|$)/;
const KEY = /^Bearer \{\{key:(\w+)\}\}$/;
/** Who may not know of requests that others made. */
const STRANGERS = new Set(['bob', 'root', undefined]);
/** What an administrator does to requests that they may not read. */
const ADMINISTERED = /\/resolution(?=[?]|$)/;

/**
 * Sends what somebody asked about a request that they may not know of once more, about one that is not there: what is
 * wrong with the two answers, when they differ in anything but the id.
 */
export async function existenceFaults(
  planned: PlannedRequest,
  filled: PlannedRequest,
  exchange: Exchange,
  { client, known }: { readonly client: Client; readonly known: KnownValues },
): Promise<readonly string[]> {
  const id = ID.exec(filled.target)?.[1];
  const requester = id === undefined ? null : known.requesterOf(id);
  if (id === undefined || requester === null || !exchange.proper) return [];
  const caller = callerOf(planned);
  if (!STRANGERS.has(caller) || requester === caller) return [];
  if (caller === 'root' && ADMINISTERED.test(filled.target)) return [];
  const other = randomUUID();
  const twin = { ...filled, target: filled.target.replace(id, other) };
  const answered = await client.exchange(render(twin), twin.method);
  const [here, there] = [shownTo(exchange, id), shownTo(answered, other)];
  return here === there
    ? []
    : [`existence shown: ${here.slice(0, 300)} but ${there.slice(0, 300)}`];
}

/** Whose key it holds; `undefined` when it holds none that is good. */
const callerOf = ({ headers }: PlannedRequest): string | undefined =>
  KEY.exec(headers.find(([name]) => name === 'Authorization')?.[1] ?? '')?.[1];

const shownTo = ({ answers }: Exchange, id: string): string =>
  answers
    .map(({ head, body }) => `${head}\n${body}`.replace(/\r\ndate: [^\r]*/i, ''))
    .join('\n')
    .replaceAll(id, '<id>');
