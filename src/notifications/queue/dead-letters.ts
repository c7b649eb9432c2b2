import { pageOf, parseCursor, type Page } from '../../views/page.js';
import { deadLetter, type DeadLetter } from './delivery.js';
import type { QueueDatabase } from './queue-database.js';
import type { QueueTables, QueueTransaction } from './queue-tables.js';

export interface DeadLetterList {
  /** 1 or more. */
  readonly limit: number;
  readonly cursor?: string | undefined;
  readonly endpoint?: string | undefined;
}

/** Deliveries that were given up: kept until they are replayed, or forgotten after a time. */
export class DeadLetters {
  constructor(private readonly database: QueueDatabase) {}

  /** Resolves to one page, what was given up last first. Throws `invalid-cursor`. */
  async list({
    limit,
    cursor,
    endpoint,
  }: DeadLetterList): Promise<Omit<Page<DeadLetter>, 'position'>> {
    const behind = cursor === undefined ? null : parseCursor(cursor);
    const rows = await this.database.read((trx) => {
      let query = trx.selectFrom('webhook_delivery').selectAll().where('dead_at', 'is not', null);
      if (endpoint !== undefined) query = query.where('endpoint', '=', endpoint);
      if (behind) {
        query = query.where((eb) =>
          eb.or([
            eb('dead_at', '<', behind.at),
            eb.and([eb('dead_at', '=', behind.at), eb('id', '<', behind.id)]),
          ]),
        );
      }
      return query
        .orderBy('dead_at', 'desc')
        .orderBy('id', 'desc')
        .limit(limit + 1)
        .execute();
    });
    const { items, nextCursor } = pageOf(rows.map(letterOf), limit, null, {
      item: (letter) => letter,
      place: ({ deadAt, id }) => ({ at: deadAt, id }),
    });
    return { items, nextCursor };
  }

  /** Resolves to the endpoint of a dead letter; null where there is none. */
  async endpointOf(id: string): Promise<string | null> {
    const row = await this.database.read((trx) =>
      trx
        .selectFrom('webhook_delivery')
        .select('endpoint')
        .where('id', '=', id)
        .where('dead_at', 'is not', null)
        .executeTakeFirst(),
    );
    return row?.endpoint ?? null;
  }

  /**
   * Queues dead letters of an endpoint anew (all, or the one named) as if they had never been tried, and resolves to how many that were.
   * An endpoint that was gone is tried again.
   */
  async replay(endpoint: string, now: Date, id?: string): Promise<number> {
    const replayed = await this.database.write((trx) => replay(trx, endpoint, now, id));
    await this.database.flush();
    return replayed;
  }

  /** Deletes what was given up before that time, and what was queued before it for others than these endpoints: nobody sends that. */
  async forget(before: Date, endpoints: readonly string[]): Promise<void> {
    await this.database.write(async (trx) => {
      await trx
        .deleteFrom('webhook_delivery')
        .where('dead_at', 'is not', null)
        .where('dead_at', '<', before.toISOString())
        .execute();
      const left = trx
        .deleteFrom('webhook_delivery')
        .where('dead_at', 'is', null)
        .where('queued_at', '<', before.toISOString());
      // PostgreSQL takes no empty list.
      await (endpoints.length === 0 ? left : left.where('endpoint', 'not in', endpoints)).execute();
    });
  }
}

async function replay(
  trx: QueueTransaction,
  endpoint: string,
  now: Date,
  id: string | undefined,
): Promise<number> {
  await trx
    .updateTable('webhook_feed')
    .set({ gone: null })
    .where('endpoint', '=', endpoint)
    .execute();
  let dead = trx
    .updateTable('webhook_delivery')
    .set({ dead_at: null, due_at: now.toISOString(), attempts: 0, failure: null, status: null })
    .where('endpoint', '=', endpoint)
    .where('dead_at', 'is not', null);
  if (id !== undefined) dead = dead.where('id', '=', id);
  const { numUpdatedRows } = await dead.executeTakeFirst();
  return Number(numUpdatedRows);
}

const letterOf = (row: QueueTables['webhook_delivery']): DeadLetter =>
  deadLetter.parse({
    id: row.id,
    endpoint: row.endpoint,
    type: row.type,
    requestId: row.request_id,
    queuedAt: row.queued_at,
    deadAt: row.dead_at,
    attempts: row.attempts,
    failure: row.failure,
    status: row.status,
  });
