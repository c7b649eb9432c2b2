import type { Position } from '../../event-store/event-store.js';
import { isBehind } from '../../views/projector/checkpoints.js';
import type { NewDelivery } from './delivery.js';
import type { QueueDatabase } from './queue-database.js';
import type { QueueTransaction } from './queue-tables.js';

/** Where each endpoint stands in the log; null: before its first event. */
export type FeedPositions = ReadonlyMap<string, Position | null>;

/** Where a log ends and which one it is, by the id of its first event; both null while it is empty. */
export interface LogMark {
  readonly head: Position | null;
  readonly firstEvent: string | null;
}

/** Where an endpoint stands, and in which log. */
export interface FeedCheckpoint {
  readonly position: Position | null;
  readonly firstEvent: string | null;
}

/** What was gone through of the log since the last time. */
export interface FeedStep {
  /** Where this process took the endpoints to stand before it. */
  readonly from: FeedPositions;
  readonly to: Position;
  readonly firstEvent: string | null;
  readonly deliveries: readonly NewDelivery[];
}

/** Somebody went back with a checkpoint: events between it and what this process read would be left out. */
class GapBeforeStep extends Error {
  override readonly name = 'GapBeforeStep';
}

/** Rows in one statement: far below the limits of bound parameters. */
const CHUNK = 500;

/** Where the log was gone through for each endpoint: moved in the same transaction in which its deliveries are queued. */
export class FeedCheckpoints {
  constructor(private readonly database: QueueDatabase) {}

  /** Resolves to the checkpoints of those endpoints that have one. */
  async read(endpoints: readonly string[]): Promise<ReadonlyMap<string, FeedCheckpoint>> {
    return this.database.read((trx) => checkpointsOf(trx, endpoints));
  }

  /** Has endpoints that have no checkpoint begin behind the end of the log. */
  async begin(endpoints: readonly string[], { head, firstEvent }: LogMark): Promise<void> {
    const place = { position: head?.toString() ?? null, first_event: firstEvent, gone: null };
    await this.database.write((trx) =>
      trx
        .insertInto('webhook_feed')
        .values(endpoints.map((endpoint) => ({ endpoint, ...place })))
        .onConflict((conflict) => conflict.column('endpoint').doNothing())
        .execute(),
    );
    // Were this lost in a power cut, the endpoint would begin again, and behind what happened meanwhile.
    await this.database.flush();
  }

  /** Has an endpoint begin anew behind the end of another log, unless its checkpoint has moved meanwhile. */
  async restart(endpoint: string, from: FeedCheckpoint, to: LogMark): Promise<void> {
    await this.database.write((trx) =>
      trx
        .updateTable('webhook_feed')
        .set({ position: to.head?.toString() ?? null, first_event: to.firstEvent })
        .where('endpoint', '=', endpoint)
        .where('position', '=', from.position?.toString() ?? null)
        .execute(),
    );
    await this.database.flush();
  }

  /**
   * Queues what each endpoint does not have yet, moves the checkpoints, both or neither, and resolves to where they stand. Several
   * processes may do so with the same events: each is queued once.
   */
  async advance({ from, to, firstEvent, deliveries }: FeedStep, now: Date): Promise<FeedPositions> {
    return this.database.write(async (trx) => {
      const before = await checkpointsOf(trx, [...from.keys()]);
      for (const [endpoint, position] of from) {
        const checkpoint = before.get(endpoint);
        if (!checkpoint || isBehind(checkpoint.position, position)) {
          throw new GapBeforeStep(`The webhooks' checkpoint of ${endpoint} was set back.`);
        }
      }
      const isFresh = ({ endpoint, position }: NewDelivery) =>
        isBehind(before.get(endpoint)?.position ?? null, position);
      await enqueue(trx, deliveries.filter(isFresh), now);
      const behind = [...before].filter(([, { position }]) => isBehind(position, to));
      await move(
        trx,
        behind.map(([endpoint]) => endpoint),
        to,
        firstEvent,
      );
      return new Map([...before].map(([id, { position }]) => [id, later(position, to)]));
    });
  }
}

const later = (position: Position | null, to: Position): Position =>
  position === null || position < to ? to : position;

async function checkpointsOf(
  trx: QueueTransaction,
  endpoints: readonly string[],
): Promise<ReadonlyMap<string, FeedCheckpoint>> {
  const rows = await trx
    .selectFrom('webhook_feed')
    .select(['endpoint', 'position', 'first_event'])
    .where('endpoint', 'in', endpoints)
    .execute();
  return new Map(
    rows.map((row) => {
      const position = row.position === null ? null : BigInt(row.position);
      return [row.endpoint, { position, firstEvent: row.first_event }];
    }),
  );
}

async function move(
  trx: QueueTransaction,
  endpoints: readonly string[],
  to: Position,
  firstEvent: string | null,
): Promise<void> {
  if (endpoints.length === 0) return;
  await trx
    .updateTable('webhook_feed')
    .set({ position: to.toString(), first_event: firstEvent })
    .where('endpoint', 'in', endpoints)
    .execute();
}

async function enqueue(
  trx: QueueTransaction,
  deliveries: readonly NewDelivery[],
  now: Date,
): Promise<void> {
  const at = now.toISOString();
  const rows = deliveries.map(({ id, endpoint, type, requestId, payload }) => ({
    id,
    endpoint,
    type,
    request_id: requestId,
    payload,
    queued_at: at,
    due_at: at,
    attempts: 0,
    tried_at: null,
    failure: null,
    status: null,
    dead_at: null,
  }));
  for (let start = 0; start < rows.length; start += CHUNK) {
    await trx
      .insertInto('webhook_delivery')
      .values(rows.slice(start, start + CHUNK))
      .onConflict((conflict) => conflict.column('id').doNothing())
      .execute();
  }
}
