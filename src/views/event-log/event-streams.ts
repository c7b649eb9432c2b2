import { Inject, Injectable, StreamableFile, type BeforeApplicationShutdown } from '@nestjs/common';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyReply } from 'fastify';
import type { Logger } from 'pino';
import type { Sending } from '../../access-log/access.js';
import type { Position, StoredEvent } from '../../event-store/event-store.js';
import { Problem } from '../../http/problem.js';
import { pulledText } from '../../http/pulled-text.js';
import {
  encodeComment,
  encodeEvent,
  encodeStart,
  EVENT_STREAM,
  EVENT_STREAM_HEADERS,
} from '../../http/server-sent-events.js';
import { toProblem } from '../../http/to-problem.js';
import { Authenticator } from '../../identity/authenticator.js';
import type { Principal } from '../../identity/principal.js';
import { LOGGER, STREAM_SETTINGS } from '../../runtime/injection.js';
import type { Piece } from './event-follower.js';
import { loggedEventOf } from './logged-event.js';
import type { StreamSettings } from './stream-settings.js';
import { withSilences } from './with-silences.js';

/** Milliseconds that readers get to take the end of their stream when the service stops. */
const GRACE = 1_000;

/** What a stream sends. */
export interface Followed {
  /** Where it begins, as the id to come back with until an event has come. */
  readonly after: Position | null;
  readonly pieces: AsyncIterable<Piece>;
  /** Is told what is sent. */
  readonly sending: Sending;
}

interface OpenStream {
  readonly caller: Principal;
  readonly reply: FastifyReply;
  /** Ends it. */
  readonly end: AbortController;
  /** Settled when nothing of it is left. */
  readonly left: PromiseWithResolvers<void>;
  /** Looks now and then whether the caller may still read; cleared when nothing of the stream is left. */
  rechecking?: NodeJS.Timeout;
  mayNotGoOn?: true;
}

/** The streams of events that are open: how many, for how long, and how each ends. */
@Injectable()
export class EventStreams implements BeforeApplicationShutdown {
  readonly #open = new Set<OpenStream>();
  #drops = 0;
  #isStopping = false;

  constructor(
    @Inject(STREAM_SETTINGS) private readonly settings: StreamSettings,
    @Inject(LOGGER) private readonly log: Logger,
    private readonly authenticator: Authenticator,
  ) {}

  get open(): number {
    return this.#open.size;
  }

  /** Readers who were dropped since the start, as they took nothing for too long. */
  get drops(): number {
    return this.#drops;
  }

  /**
   * Answers with the events that `begin` follows until its signal aborts, or with 204 when it has nothing to follow and
   * never will: a client that comes back by itself then stays away. Throws `too-many-streams`, and what `begin` throws.
   */
  async serve(
    caller: Principal,
    reply: FastifyReply,
    begin: (signal: AbortSignal) => Promise<Followed | null>,
  ): Promise<StreamableFile | undefined> {
    const stream = this.#admit(caller, reply);
    try {
      const followed = await begin(stream.end.signal);
      if (followed !== null) return this.#answer(stream, followed);
    } catch (error) {
      this.#leave(stream);
      throw error;
    }
    this.#leave(stream);
    void reply.status(204);
  }

  /** Ends every stream, so that its reader comes back elsewhere; one that takes nothing is cut off. */
  async beforeApplicationShutdown(): Promise<void> {
    this.#isStopping = true;
    const open = [...this.#open];
    for (const { end } of open) end.abort();
    const left = Promise.all(open.map((stream) => stream.left.promise));
    await Promise.race([left, sleep(GRACE, undefined, { ref: false })]);
    for (const { reply } of this.#open) reply.raw.destroy();
  }

  #admit(caller: Principal, reply: FastifyReply): OpenStream {
    if (this.#isStopping) throw refused('shutting-down', 'Follow the events at another instance.');
    const { max, maxPerIdentity } = this.settings;
    if (this.#open.size >= max) {
      throw refused('too-many-streams', `${max} streams are open, as many as this service serves.`);
    }
    const own = [...this.#open].filter((stream) => stream.caller.id === caller.id).length;
    if (own >= maxPerIdentity) {
      const detail = `${caller.id} has ${own} streams open, as many as one identity may have.`;
      throw refused('too-many-streams', detail);
    }
    const [end, left] = [new AbortController(), Promise.withResolvers<void>()];
    const stream = { caller, reply, end, left };
    this.#open.add(stream);
    return stream;
  }

  #answer(stream: OpenStream, followed: Followed): StreamableFile {
    const { reply } = stream;
    const { patience, recheck } = this.settings;
    stream.rechecking = setInterval(() => void this.#recheck(stream), recheck);
    // Node's own timer: it counts from the last byte that the connection took, and heartbeats are bytes.
    reply.raw.setTimeout(patience, () => this.#drop(stream));
    void reply.headers(EVENT_STREAM_HEADERS);
    const text = pulledText(this.#chunks(stream, followed), () => {
      this.#leave(stream);
      followed.sending.ended();
    });
    return new StreamableFile(text, { type: `${EVENT_STREAM}; charset=utf-8` });
  }

  async *#chunks(
    stream: OpenStream,
    { after, pieces, sending }: Followed,
  ): AsyncGenerator<string, void> {
    const { retry, heartbeat } = this.settings;
    // Different for each, so that they do not all come back at once to a service that was stopped.
    const later = Math.floor(Math.random() * 2 * retry);
    yield encodeStart(retry + later, after === null ? null : String(after));
    try {
      for await (const piece of withSilences(pieces, heartbeat)) {
        if (piece !== null) sending.sent(piece);
        yield piece === null ? HEARTBEAT : piece.map(encoded).join('');
      }
      if (stream.mayNotGoOn) yield encodeComment('The key or token is not good any more.');
      else if (this.#isStopping) yield encodeComment('The service is stopping.');
    } catch (error) {
      if (stream.end.signal.aborted) return;
      this.log.error({ err: error, identity: stream.caller.id }, 'a stream of events ended');
      yield encodeComment(`${toProblem(error).details.title}.`);
    }
  }

  /** A credential that is taken back must not go on to read what is recorded from then on. */
  async #recheck(stream: OpenStream): Promise<void> {
    const { caller, reply, end } = stream;
    const { authorization } = reply.request.headers;
    if (await this.authenticator.stillStandsFor(caller, authorization)) return;
    if (end.signal.aborted) return;
    this.log.info({ identity: caller.id }, 'a stream of events ended with the right to read it');
    stream.mayNotGoOn = true;
    end.abort();
  }

  #drop({ caller, reply }: OpenStream): void {
    this.#drops += 1;
    const seconds = this.settings.patience / 1_000;
    this.log.warn(
      { identity: caller.id, seconds },
      'a reader of events took nothing and was dropped',
    );
    reply.raw.destroy();
  }

  #leave(stream: OpenStream): void {
    clearInterval(stream.rechecking);
    stream.end.abort();
    this.#open.delete(stream);
    stream.left.resolve();
  }
}

const HEARTBEAT = encodeComment('heartbeat');

const refused = (code: 'too-many-streams' | 'shutting-down', detail: string): Problem =>
  new Problem(code, detail, { headers: { 'retry-after': '5' } });

/** What is encoded for one reader serves all who are given the very same event. */
const encodings = new WeakMap<StoredEvent, string>();

function encoded(event: StoredEvent): string {
  const known = encodings.get(event);
  if (known !== undefined) return known;
  const logged = loggedEventOf(event);
  const { position: id, type } = logged;
  const text = encodeEvent({ id, type, data: JSON.stringify(logged) });
  encodings.set(event, text);
  return text;
}
