import { randomUUID } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { VersionConflict } from '../event-store/event-store.errors.js';
import { NO_STREAM, type EventStore, type Position } from '../event-store/event-store.js';
import { decode, encode, streamOf, UnreadableEvent } from './governed-request.codec.js';
import {
  SCHEMA_VERSION,
  type ActorKind,
  type EventMetadata,
  type GovernedRequestEvent,
} from './governed-request.events.js';
import { CorruptStream, evolve, notSubmitted, type GovernedRequest } from './governed-request.js';
import type { RecordedEvent } from './recorded-event.js';

/** Who acts, and what their act belongs to. */
export interface Acting {
  readonly actor: string;
  readonly actorKind: ActorKind;
  readonly roles: readonly string[];
  readonly groups: readonly string[];
  /** How the actor proved who they are; null for Docket itself. */
  readonly credential: string | null;
  /** What the service calls the matter this belongs to; only a new request takes it, later events keep the first one. */
  readonly correlationId?: string | undefined;
  /** The id of the command or event that this follows from. */
  readonly causationId: string;
}

/** A request as it stood when its stream was last read or written. */
export interface Governed {
  readonly id: string;
  readonly request: GovernedRequest;
  /** Version of its last event, -1 before the first. */
  readonly version: number;
  readonly correlationId: string | undefined;
}

/** A request that a command has just been carried out on. */
export interface Handled extends Governed {
  /** Position of the last event that was written, `null` when the command had nothing to record. */
  readonly position: Position | null;
  /** What was written; each event has the position of the whole append, which is that of its last event. */
  readonly written: readonly RecordedEvent[];
}

/** A request that is most likely new: it is read only when its stream turns out to exist. */
export const unwritten = (id: string): Governed => ({
  id,
  request: notSubmitted,
  version: NO_STREAM,
  correlationId: undefined,
});

/** What is to be recorded of a request as it is now; may be asked several times. */
export type Decide = (
  request: GovernedRequest,
  now: Date,
) => readonly GovernedRequestEvent[] | Promise<readonly GovernedRequestEvent[]>;

const MAX_CONFLICTS = 20;
/** Milliseconds in which events must be seen that a conflict told of. */
const SHOWN_WITHIN = 2_000;
const FIRST_PAUSE = 5;
const LAST_PAUSE = 100;

/** The write side of every use case: read the stream, decide, append at the version that was read. */
export class GovernedRequests {
  constructor(
    private readonly store: EventStore,
    private readonly now: () => Date,
  ) {}

  /**
   * Records what `decide` answers and resolves once it is durable. It starts from `known` where the caller has just
   * read or written the request; when another writer came first, the stream is read and decided anew. Throws what
   * `decide` throws, and `EventStoreError`.
   */
  async handle(id: string, acting: Acting, decide: Decide, known?: Governed): Promise<Handled> {
    let governed = known ?? (await this.read(id));
    for (let conflicts = 0; ; conflicts += 1) {
      try {
        return await this.record(governed, acting, decide);
      } catch (error) {
        if (!(error instanceof VersionConflict) || conflicts === MAX_CONFLICTS) throw error;
        governed = await this.readAsFarAs(error.actualVersion, id);
      }
    }
  }

  /** Resolves to the request as its stream has it now; throws `UnreadableEvent` for a stream that nobody can go on from. */
  async read(id: string): Promise<Governed> {
    const events = (await this.store.readStream(streamOf(id))).map(decode);
    return {
      id,
      request: events.reduce(evolveRecorded, notSubmitted),
      version: events.at(-1)?.version ?? NO_STREAM,
      correlationId: events[0]?.metadata.$correlationId,
    };
  }

  /**
   * EventStoreDB refuses an append for events that its reads do not show yet, under load for some tenths of a second:
   * deciding again without them would only be refused again.
   */
  private async readAsFarAs(version: number, id: string): Promise<Governed> {
    const end = performance.now() + SHOWN_WITHIN;
    for (let pause = FIRST_PAUSE; ; pause = Math.min(2 * pause, LAST_PAUSE)) {
      const governed = await this.read(id);
      if (governed.version >= version || performance.now() > end) return governed;
      await sleep(pause);
    }
  }

  private async record(governed: Governed, acting: Acting, decide: Decide): Promise<Handled> {
    const { id, request, version } = governed;
    const now = this.now();
    const events = await decide(request, now);
    if (events.length === 0) return { ...governed, position: null, written: [] };
    const correlationId = governed.correlationId ?? acting.correlationId ?? id;
    const metadata = metadataOf(acting, correlationId, now);
    const stream = streamOf(id);
    const encoded = events.map((event) => encode(event, randomUUID(), metadata));
    const appended = await this.store.append(stream, version, encoded);
    const written = events.map((event, index) => ({
      ...event,
      id: encoded[index]?.id ?? '',
      requestId: id,
      stream,
      metadata,
      version: version + 1 + index,
      position: appended.position,
    }));
    return { id, request: events.reduce(evolve, request), correlationId, ...appended, written };
  }
}

function evolveRecorded(request: GovernedRequest, event: RecordedEvent): GovernedRequest {
  try {
    return evolve(request, event);
  } catch (error) {
    if (!(error instanceof CorruptStream)) throw error;
    throw new UnreadableEvent(event, error.message, { cause: error });
  }
}

/** Who, why and when, for every event that an act leads to. */
export const metadataOf = (acting: Acting, correlationId: string, now: Date): EventMetadata => ({
  $correlationId: correlationId,
  $causationId: acting.causationId,
  actor: acting.actor,
  actorKind: acting.actorKind,
  roles: [...acting.roles],
  groups: [...acting.groups],
  credential: acting.credential,
  recordedAt: now.toISOString(),
  schemaVersion: SCHEMA_VERSION,
});
