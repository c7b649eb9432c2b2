import {
  BACKWARDS,
  END,
  FORWARDS,
  jsonEvent,
  NO_STREAM as NO_SUCH_STREAM,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { EventStoreError } from '../event-store.errors.js';
import { NO_STREAM, type Appended, type Position, type StoredEvent } from '../event-store.js';
import { CallFailed, reasonOf, type CallFailure } from './call-failure.js';
import type { Certificates } from './certificate-files.js';
import { classifyFailure, type Call } from './classify-failure.js';
import { Client } from './client.js';
import { collect, type RecordStream } from './collect.js';
import type { EventStoreDbAddress } from './connection-string.js';
import type { Contact } from './contact.js';
import { openFeed, type Feed, type FeedHandlers } from './feed.js';
import { Session } from './session.js';
import type { ProposedEvent } from './stored-json.js';
import { CallTimedOut, withinTime } from './time-limit.js';
import { whyNoNodeAnswers } from './why-no-node-answers.js';

/** The client ends a call by itself before this one's timer does, and then says whether it was sent. */
const GRACE_MILLISECONDS = 250;

const READ_ALL = 'read $all';

/** What the driver works with, fixed for its life. */
export interface DriverSettings {
  readonly address: EventStoreDbAddress;
  readonly certificates: Certificates;
  /** How long one try of a call may take. */
  readonly callMilliseconds: number;
  readonly contact: Contact;
}

/**
 * The one place that calls the client package: single tries, each with a timer of its own, that throw `CallFailed` and
 * nothing else. A client that has gone bad is replaced.
 */
export class EventStoreDbDriver {
  #session: Session;
  #replacements = 0;

  constructor(private readonly settings: DriverSettings) {
    this.#session = this.#connect();
  }

  get hosts(): string {
    return this.settings.address.hosts;
  }

  /** How many clients have gone bad. */
  get replacements(): number {
    return this.#replacements;
  }

  async append(
    stream: string,
    expectedVersion: number,
    events: readonly ProposedEvent[],
  ): Promise<Appended> {
    const call = { ...this.#call(`write to ${stream}`), stream, expectedVersion };
    const { callMilliseconds } = this.settings;
    const { nextExpectedRevision, position } = await this.#run(call, ({ client }) =>
      withinTime(
        client.appendToStream(stream, events.map(toEventData), {
          expectedRevision:
            expectedVersion === NO_STREAM ? NO_SUCH_STREAM : BigInt(expectedVersion),
          requiresLeader: true,
          deadline: callMilliseconds,
        }),
        callMilliseconds + GRACE_MILLISECONDS,
      ),
    );
    // So the server answers a repetition once the stream is deleted; where it was written is lost.
    if (position === undefined) throw outcomeLost(stream);
    return { version: Number(nextExpectedRevision), position: position.commit };
  }

  /** The events of a stream, oldest first; none when there is no such stream. */
  async readStream(stream: string): Promise<readonly StoredEvent[]> {
    const call = { ...this.#call(`read ${stream}`), stream };
    return this.#collect(call, (client) =>
      client.readStream(stream, { requiresLeader: true }),
    ).catch(noEventsWhenMissing);
  }

  /** At most `count` events of a stream, the one with version `from` first; none when there is no such stream. */
  async readStreamFrom(
    stream: string,
    from: number,
    count: number,
  ): Promise<readonly StoredEvent[]> {
    const call = { ...this.#call(`read ${stream}`), stream };
    const options = { fromRevision: BigInt(from), maxCount: count, requiresLeader: true };
    return this.#collect(call, (client) => client.readStream(stream, options)).catch(
      noEventsWhenMissing,
    );
  }

  /** At most `count` records of all streams, the one at `from` first. */
  readForwards(from: Position | null, count: number): Promise<readonly StoredEvent[]> {
    return this.#collect({ ...this.#call(READ_ALL), from }, (client) =>
      client.readAll({
        direction: FORWARDS,
        fromPosition: from === null ? START : at(from),
        maxCount: count,
        requiresLeader: true,
      }),
    );
  }

  /** At most `count` records of all streams before `before` (`null`: from the end), newest first. */
  readBackwards(before: Position | null, count: number): Promise<readonly StoredEvent[]> {
    return this.#collect(this.#call(READ_ALL), (client) =>
      client.readAll({
        direction: BACKWARDS,
        fromPosition: before === null ? END : at(before),
        maxCount: count,
        requiresLeader: true,
      }),
    );
  }

  /**
   * Events of the streams with one of these prefixes, behind `after`, stored and new ones, from whichever node the
   * client talks to: each of them shows only what a majority has written.
   */
  follow(after: Position | null, prefixes: readonly string[], handlers: FeedHandlers): Feed {
    const session = this.#session;
    const stream = session.client.subscribeToAll({
      fromPosition: after === null ? START : at(after),
      filter: streamNameFilter({ prefixes: [...prefixes] }),
    });
    const watched: FeedHandlers = {
      ...handlers,
      onConfirmed: () => {
        this.#succeeded(session, READ_ALL);
        handlers.onConfirmed();
      },
      onDrop: (error) => handlers.onDrop(this.#failed(session, this.#call(READ_ALL), error)),
    };
    return openFeed(stream, watched, this.settings.callMilliseconds, session.retired);
  }

  /** Ends what still runs; an open subscription would keep the process alive. */
  dispose(): void {
    const error = new EventStoreError('closed', 'The store is closed.');
    this.#session.retire({ kind: 'closed', error });
  }

  #call(right: string): Call {
    return { hosts: this.hosts, right };
  }

  #collect(call: Call, open: (client: Client) => RecordStream): Promise<readonly StoredEvent[]> {
    return this.#run(call, ({ client, retired }) =>
      collect(open(client), this.settings.callMilliseconds, retired),
    );
  }

  async #run<T>(call: Call, run: (session: Session) => Promise<T>): Promise<T> {
    const session = this.#session;
    try {
      await this.#findNode(session);
      session.retired.throwIfAborted();
      const answer = await run(session);
      this.#succeeded(session, call.right);
      return answer;
    } catch (error) {
      throw this.#failed(session, call, error);
    }
  }

  /** Looked for apart from the call itself, so that it is known not to be sent when no node is found. */
  async #findNode({ client }: Session): Promise<void> {
    const { address, certificates, callMilliseconds } = this.settings;
    try {
      await withinTime(client.findNode(), callMilliseconds);
    } catch (cause) {
      if (cause instanceof CallTimedOut) throw new CallFailed(notFound(cause), { cause });
      const why = await whyNoNodeAnswers(address, certificates);
      throw new CallFailed({ kind: 'broken-client', reason: why, isSent: false }, { cause });
    }
  }

  #succeeded(session: Session, right: string): void {
    session.succeeded();
    this.settings.contact.succeeded(right === READ_ALL);
  }

  #failed(session: Session, call: Call, cause: unknown): CallFailed {
    const failure = classifyFailure(cause, call);
    this.settings.contact.failed(failure, call.right === READ_ALL);
    if (session.failed(failure, isSilence(cause))) this.#replace(session, failure);
    return cause instanceof CallFailed ? cause : new CallFailed(failure, { cause });
  }

  #replace(bad: Session, failure: CallFailure): void {
    if (bad !== this.#session || bad.retired.aborted) return;
    this.#session = this.#connect();
    this.#replacements += 1;
    const reason = `the client was replaced during the call (${reasonOf(failure)})`;
    bad.retire({ kind: 'outcome-unknown', reason });
  }

  #connect(): Session {
    return new Session(Client.connect(this.settings.address, this.settings.certificates));
  }
}

const notFound = ({ message }: Error): CallFailure => ({
  kind: 'unavailable',
  reason: `no node of the cluster was found (${message})`,
});

const isSilence = (error: unknown): boolean =>
  error instanceof CallTimedOut ||
  (error instanceof Error && (isSilence(error.cause) || isDeadline(error)));

const isDeadline = (error: object): boolean =>
  'type' in error && error.type === 'deadline-exceeded';

/** The server says the same each time, so this is final. */
const outcomeLost = (stream: string): CallFailed =>
  new CallFailed({
    kind: 'denied',
    error: new EventStoreError('outcome-unknown', `Stream ${stream} was deleted since.`),
  });

function noEventsWhenMissing(error: unknown): readonly StoredEvent[] {
  if (error instanceof CallFailed && error.failure.kind === 'stream-missing') return [];
  throw error;
}

const toEventData = ({ id, type, data, metadata }: ProposedEvent) =>
  jsonEvent<{ type: string; data: Record<string, unknown>; metadata: Record<string, unknown> }>({
    id,
    type,
    // The client types data as objects, and writes any JSON value.
    data: data as Record<string, unknown>,
    metadata: metadata as Record<string, unknown>,
  });

const at = (position: Position) => ({ commit: position, prepare: position });
