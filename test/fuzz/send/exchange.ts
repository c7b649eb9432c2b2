import { Connection } from './connection.js';
import { headerOf, NoHttpAnswer, readAnswer, type HttpAnswer } from './http-answer.js';
import type { Rendered } from '../plan/render.js';

/** What came of sending a request. */
export interface Exchange {
  readonly answers: readonly HttpAnswer[];
  /** Whether it was one complete request. */
  readonly proper: boolean;
  /** What came that is no answer; `null` when everything is. */
  readonly garbage: string | null;
  /** Whether we hung up in the middle of a long answer. */
  readonly cut: boolean;
  /** Whether neither an answer nor the end of the connection came in time. */
  readonly hung: boolean;
  /** Milliseconds until the last answer, or the end. */
  readonly took: number;
}

/** An answer, and the end of a connection that we ended, comes within this many milliseconds. */
const PATIENCE = 20_000;
/** What is no complete request may leave the service waiting for the rest; then we end our side. */
const REST = 150;
const QUIET = 15;
/** Of a longer answer only this much is read; then we hang up, as some callers do. */
const LONGEST = 262_144;
/** A stream of events goes on for ever: after so many milliseconds we hang up. */
const EVENTS_FOR = 250;

/** Sends requests, several at a time, over connections that are used again as long as both sides want it. */
export class Client {
  private readonly idle: Connection[] = [];

  constructor(private readonly url: string) {}

  async exchange(rendered: Rendered, method: string): Promise<Exchange> {
    return rendered.proper ? this.call(rendered, method) : this.provoke(rendered, method);
  }

  close(): void {
    for (const connection of this.idle) connection.destroy();
  }

  private async call({ pieces }: Rendered, method: string): Promise<Exchange> {
    const reused = this.idle.pop();
    const connection = reused?.isOpen ? reused : new Connection(this.url);
    const exchange = await one(connection, pieces, method);
    const lost = exchange.answers.length === 0 && !exchange.hung && !exchange.cut;
    if (lost && connection === reused && !exchange.garbage)
      return this.call({ pieces, proper: true }, method);
    const [answer] = exchange.answers;
    const keep = answer && !/\r\nconnection: close/i.test(answer.head) && !exchange.cut;
    if (keep && connection.isOpen && connection.received.bytes.length === 0)
      this.idle.push(connection);
    else connection.destroy();
    return exchange;
  }

  /** Over a connection of its own, to its end, reading every answer that comes. */
  private async provoke({ pieces }: Rendered, method: string): Promise<Exchange> {
    const connection = new Connection(this.url);
    const began = performance.now();
    for (const piece of pieces) {
      connection.send(piece);
      if (pieces.length > 1) await connection.more(2);
    }
    const answers: HttpAnswer[] = [];
    const { garbage, cut } = await readAll(connection, method, answers, REST);
    connection.end();
    const rest = cut
      ? { garbage: null, cut }
      : await readAll(connection, method, answers, PATIENCE);
    const hung = !rest.cut && !connection.received.closed && !rest.garbage;
    connection.destroy();
    const took = performance.now() - began;
    return {
      answers,
      proper: false,
      garbage: garbage ?? rest.garbage,
      cut: cut || rest.cut,
      hung,
      took,
    };
  }
}

async function one(
  connection: Connection,
  pieces: readonly Buffer[],
  method: string,
): Promise<Exchange> {
  const began = performance.now();
  const answers: HttpAnswer[] = [];
  for (const piece of pieces) connection.send(piece);
  const read = await readOne(connection, method, answers, began + PATIENCE);
  const hung = answers.length === 0 && !read.cut && !read.garbage && !connection.received.closed;
  return { answers, proper: true, ...read, hung, took: performance.now() - began };
}

type Read = Pick<Exchange, 'garbage' | 'cut'>;

const NOTHING: Read = { garbage: null, cut: false };

async function readOne(
  connection: Connection,
  method: string,
  into: HttpAnswer[],
  until: number,
): Promise<Read> {
  for (;;) {
    const read = await takeAny(connection, method, into);
    if (into.length > 0 || read.garbage || read.cut) return read;
    if (connection.received.closed || performance.now() > until) return NOTHING;
    await connection.more(until - performance.now());
  }
}

/** Reads answers until the connection closes or stays quiet for so long; after an answer not so long. */
async function readAll(
  connection: Connection,
  method: string,
  into: HttpAnswer[],
  patience: number,
): Promise<Read> {
  for (;;) {
    const before = into.length;
    const read = await takeAny(connection, method, into);
    if (read.garbage || read.cut) return read;
    if (into.length > before) continue;
    if (connection.received.closed) return NOTHING;
    const wait = into.length > 0 && patience === REST ? QUIET : patience;
    if (!(await connection.more(wait))) return NOTHING;
  }
}

async function takeAny(connection: Connection, method: string, into: HttpAnswer[]): Promise<Read> {
  const before = into.length;
  const read = takeAnswer(connection, method, into);
  if (into.length > before || read.garbage || read.cut) return read;
  const head = headOnly(connection.received.bytes);
  if (!head || !headerOf(head, 'content-type')?.startsWith('text/event-stream')) return NOTHING;
  into.push({ ...head, body: await readEvents(connection) });
  return { garbage: null, cut: true };
}

/** What came of a stream of events, head and all, until we hung up. */
async function readEvents(connection: Connection): Promise<string> {
  const until = performance.now() + EVENTS_FOR;
  while (performance.now() < until && connection.received.bytes.length <= LONGEST) {
    if (connection.received.closed) break;
    await connection.more(until - performance.now());
  }
  connection.destroy();
  return connection.received.bytes.toString();
}

function takeAnswer(connection: Connection, method: string, into: HttpAnswer[]): Read {
  const { bytes, closed } = connection.received;
  try {
    const read = readAnswer(bytes, method, closed);
    if (read) {
      into.push(read.answer);
      connection.forget(read.length);
      return NOTHING;
    }
    if (bytes.length > LONGEST) {
      const cut = headOnly(bytes);
      if (cut) into.push(cut);
      connection.destroy();
      return { garbage: null, cut: true };
    }
    return NOTHING;
  } catch (error) {
    if (!(error instanceof NoHttpAnswer)) throw error;
    return { garbage: error.message, cut: false };
  }
}

/** What a cut answer began with, its body being anything. */
const headOnly = (bytes: Buffer): HttpAnswer | undefined => readAnswer(bytes, 'HEAD', true)?.answer;
