import {
  BACKWARDS,
  END,
  EventStoreDBClient,
  FORWARDS,
  jsonEvent,
  NO_STREAM as NO_SUCH_STREAM,
  START,
  streamNameFilter,
} from '@eventstore/db-client';
import { EventStoreError } from '../event-store.errors.js';
import { NO_STREAM, type Appended, type Position, type StoredEvent } from '../event-store.js';
import { collect, type RecordStream } from './collect.js';
import type { EventStoreDbAddress } from './connection-string.js';
import { openFeed, type Feed, type FeedHandlers } from './feed.js';
import type { ProposedEvent } from './stored-json.js';
import { CallTimedOut, withinTime } from './time-limit.js';

/** With credentials of its own a call is appended plain; a server without TLS is never sent any. */
const NO_CREDENTIALS = { username: 'docket', password: 'docket' } as const;

/** So many calls in a row without an answer, and the client is replaced: a new one looks for another node. */
const TIMEOUTS_BEFORE_RENEWAL = 2;

/** How long the plain call itself may run on after its own timer: it ends in the client, not in the dark. */
const DEADLINE_GRACE_MILLISECONDS = 250;

/** One client, as long as it is any good. */
interface Session {
  readonly client: EventStoreDBClient;
  /** Aborted with the error that its calls end with. */
  readonly retired: AbortController;
  timeoutsInARow: number;
}

/**
 * The one place that knows the client package: single tries, each with a timer of its own, that throw whatever the
 * client throws. Appends are always plain ones: the pending batch appends of all clients in a process fail together,
 * whether they were written or not, and can end the process.
 */
export class EventStoreDbDriver {
  #session: Session;

  constructor(
    private readonly address: EventStoreDbAddress,
    private readonly callMilliseconds: number,
  ) {
    this.#session = this.#connect();
  }

  async append(
    stream: string,
    expectedVersion: number,
    events: readonly ProposedEvent[],
  ): Promise<Appended> {
    const { nextExpectedRevision, position } = await this.#call(({ client }) =>
      withinTime(
        client.appendToStream(stream, events.map(toEventData), {
          expectedRevision:
            expectedVersion === NO_STREAM ? NO_SUCH_STREAM : BigInt(expectedVersion),
          credentials: this.address.credentials ?? NO_CREDENTIALS,
          requiresLeader: true,
          deadline: this.callMilliseconds + DEADLINE_GRACE_MILLISECONDS,
        }),
        this.callMilliseconds,
      ),
    );
    if (position === undefined) {
      throw new EventStoreError('outcome-unknown', `Stream ${stream} was deleted since.`);
    }
    return { version: Number(nextExpectedRevision), position: position.commit };
  }

  /** The events of a stream, oldest first; throws the client's error of type `stream-not-found` when there is none. */
  readStream(stream: string): Promise<readonly StoredEvent[]> {
    return this.#collect(({ client }) => client.readStream(stream, { requiresLeader: true }));
  }

  /** At most `count` records of all streams, the one at `from` first. */
  readForwards(from: Position | null, count: number): Promise<readonly StoredEvent[]> {
    return this.#collect(({ client }) =>
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
    return this.#collect(({ client }) =>
      client.readAll({
        direction: BACKWARDS,
        fromPosition: before === null ? END : at(before),
        maxCount: count,
        requiresLeader: true,
      }),
    );
  }

  /** Events of the streams with one of these prefixes, behind `after`, stored and new ones. */
  follow(after: Position | null, prefixes: readonly string[], handlers: FeedHandlers): Feed {
    const { client, retired } = this.#session;
    const stream = client.subscribeToAll({
      fromPosition: after === null ? START : at(after),
      filter: streamNameFilter({ prefixes: [...prefixes] }),
    });
    return openFeed(stream, handlers, this.callMilliseconds, retired.signal);
  }

  /** Ends what still runs; an open subscription would keep the process alive. */
  dispose(): void {
    this.#retire(this.#session, new EventStoreError('closed', 'The store is closed.'));
  }

  #collect(open: (session: Session) => RecordStream): Promise<readonly StoredEvent[]> {
    return this.#call((session) =>
      collect(open(session), this.callMilliseconds, session.retired.signal),
    );
  }

  async #call<T>(run: (session: Session) => Promise<T>): Promise<T> {
    const session = this.#session;
    try {
      const answer = await run(session);
      session.timeoutsInARow = 0;
      return answer;
    } catch (error) {
      session.timeoutsInARow = error instanceof CallTimedOut ? session.timeoutsInARow + 1 : 0;
      if (isBad(session, error)) this.#renew(session);
      throw error;
    }
  }

  #renew(bad: Session): void {
    if (bad !== this.#session || bad.retired.signal.aborted) return;
    this.#session = this.#connect();
    this.#retire(bad, new Error('the client was replaced during the call'));
  }

  #connect(): Session {
    try {
      const client = EventStoreDBClient.connectionString(this.address.connectionString);
      return { client, retired: new AbortController(), timeoutsInARow: 0 };
    } catch (error) {
      throw new EventStoreError('invalid', connectFailure(error));
    }
  }

  /** Disposing ends reads as if they were complete: whoever reads looks at `retired` first. */
  #retire({ client, retired }: Session, why: Error): void {
    retired.abort(why);
    client.dispose().catch(() => {});
  }
}

const isBad = ({ timeoutsInARow }: Session, error: unknown): boolean =>
  timeoutsInARow >= TIMEOUTS_BEFORE_RENEWAL ||
  (error instanceof Error && error.message.startsWith('Failed to discover'));

const toEventData = ({ id, type, data, metadata }: ProposedEvent) =>
  jsonEvent<{ type: string; data: Record<string, unknown>; metadata: Record<string, unknown> }>({
    id,
    type,
    // The client types data as objects, and writes any JSON value.
    data: data as Record<string, unknown>,
    metadata: metadata as Record<string, unknown>,
  });

const at = (position: Position) => ({ commit: position, prepare: position });

/** The client's own message would repeat the whole connection string, password and all. */
const connectFailure = (error: unknown): string =>
  error instanceof Error && error.message.includes('certificate file')
    ? 'The file that tlsCAFile names was not found.'
    : 'The EventStoreDB connection string cannot be used: an option has a value that the client does not take.';
