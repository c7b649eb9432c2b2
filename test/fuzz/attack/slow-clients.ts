import { setTimeout as sleep } from 'node:timers/promises';
import { exchangeFaults, type Standard } from '../check/check-exchange.js';
import { Connection } from '../send/connection.js';
import { readAnswer } from '../send/http-answer.js';

/** What a caller who wants to keep connections busy does. */
interface Slowness {
  readonly name: string;
  /** What it sends at once, before it sends one byte a second. */
  readonly begin: string;
  readonly drips: boolean;
  /** Milliseconds in which the service must have hung up: its own bound, how often it looks, and some slack. */
  readonly within: number;
}

const HEAD = 'POST /v1/requests HTTP/1.1\r\nHost: docket\r\n';
const EACH = 40;
const DRIP = 1_000;
const SLACK = 10_000;

const SLOWNESSES = (key: string): readonly Slowness[] => [
  { name: 'says nothing', begin: '', drips: false, within: 15_000 },
  { name: 'stops in the headers', begin: HEAD, drips: false, within: 15_000 },
  { name: 'sends headers byte by byte', begin: `${HEAD}X: `, drips: true, within: 15_000 },
  { name: 'sends a body byte by byte', begin: bodyOf(key), drips: true, within: 65_000 },
  { name: 'sends chunks byte by byte', begin: chunksOf(key), drips: true, within: 65_000 },
  { name: 'comes back to no connection', begin: IDLE, drips: false, within: 80_000 },
];

const IDLE = 'GET /healthz HTTP/1.1\r\nHost: docket\r\n\r\n';

const typed = (key: string): string =>
  `${HEAD}Authorization: Bearer ${key}\r\nContent-Type: application/json\r\n`;
const bodyOf = (key: string): string => `${typed(key)}Content-Length: 1000\r\n\r\n{`;
const chunksOf = (key: string): string => `${typed(key)}Transfer-Encoding: chunked\r\n\r\n400\r\n{`;

/** Callers that hold connections as long as they may. */
export interface SlowClients {
  /** Resolves once all of them were hung up on, or should have been, to what was wrong. */
  ended(): Promise<readonly string[]>;
}

export function startSlowClients(url: string, key: string, standard: Standard): SlowClients {
  const began = performance.now();
  const clients = SLOWNESSES(key).flatMap((slowness) =>
    Array.from({ length: EACH }, () => holdOn(url, slowness, began, standard)),
  );
  return {
    async ended() {
      const faults = (await Promise.all(clients)).flat();
      return [...new Set(faults)];
    },
  };
}

async function holdOn(
  url: string,
  { name, begin, drips, within }: Slowness,
  began: number,
  standard: Standard,
): Promise<readonly string[]> {
  const connection = new Connection(url);
  connection.send(Buffer.from(begin));
  const left = () => began + within + SLACK - performance.now();
  while (!connection.received.closed && left() > 0) {
    if (drips && connection.isOpen) connection.send(Buffer.from('a'));
    await (drips ? sleep(DRIP) : connection.more(left()));
  }
  const { closed, bytes } = connection.received;
  connection.destroy();
  if (!closed) return [`slow clients: who ${name} still holds the connection after ${within} ms`];
  return answeredWrongly(bytes, standard).map((fault) => `slow clients: who ${name}: ${fault}`);
}

function answeredWrongly(bytes: Buffer, standard: Standard): readonly string[] {
  const answer = readAnswer(bytes, 'GET', true)?.answer;
  if (!answer) return [];
  const exchange = {
    answers: [answer],
    proper: false,
    garbage: null,
    cut: false,
    hung: false,
    took: 0,
  };
  return exchangeFaults({ method: 'GET', target: '/healthz', body: null }, exchange, standard);
}
