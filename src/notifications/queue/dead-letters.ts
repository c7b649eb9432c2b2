import type { ExpressionBuilder } from 'kysely';
import { pageOf, parseCursor, type Page } from '../../views/page.js';
import { deadLetter, type DeadLetter } from './delivery.js';
import { inPieces } from './in-pieces.js';
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
    const last = await this.database.write((trx) => tryAgain(trx, endpoint));
    if (last === null) return 0;
    const replayed = await inPieces(this.database, (trx, limit) =>
      replaySome(trx, { endpoint, now, last, id, limit }),
    );
    await this.database.flush();
    return replayed;
  }

  /** Deletes what was given up before that time, and what was queued before it for others than these endpoints: nobody sends that. */
  async forget(before: Date, endpoints: readonly string[]): Promise<void> {
    const time = before.toISOString();
    await inPieces(this.database, (trx, limit) =>
      deleteSome(trx, (some) =>
        some.where('dead_at', 'is not', null).where('dead_at', '<', time).limit(limit),
      ),
    );
    await inPieces(this.database, (trx, limit) =>
      deleteSome(trx, (some) => {
        const left = some.where('dead_at', 'is', null).where('queued_at', '<', time).limit(limit);
        // PostgreSQL takes no empty list.
        return endpoints.length === 0 ? left : left.where('endpoint', 'not in', endpoints);
      }),
    );
  }
}

interface Replay {
  readonly endpoint: string;
  readonly now: Date;
  /** When the last of them was given up, or what fails meanwhile would be replayed again and again. */
  readonly last: string;
  /** Of one dead letter; without it, of all. */
  readonly id: string | undefined;
  readonly limit: number;
}

/** Has an endpoint tried again that is gone; resolves to when its last dead letter was given up, null where there is none. */
async function tryAgain(trx: QueueTransaction, endpoint: string): Promise<string | null> {
  await trx
    .updateTable('webhook_feed')
    .set({ gone: null })
    .where('endpoint', '=', endpoint)
    .execute();
  const row = await trx
    .selectFrom('webhook_delivery')
    .select((eb) => eb.fn.max('dead_at').as('last'))
    .where('endpoint', '=', endpoint)
    .where('dead_at', 'is not', null)
    .executeTakeFirst();
  return row?.last ?? null;
}

async function replaySome(
  trx: QueueTransaction,
  { endpoint, now, last, id, limit }: Replay,
): Promise<number> {
  const { numUpdatedRows } = await trx
    .updateTable('webhook_delivery')
    .set({ dead_at: null, due_at: now.toISOString(), attempts: 0, failure: null, status: null })
    .where('id', 'in', (eb) => {
      const dead = eb
        .selectFrom('webhook_delivery')
        .select('id')
        .where('endpoint', '=', endpoint)
        .where('dead_at', 'is not', null)
        .where('dead_at', '<=', last)
        .limit(limit);
      return id === undefined ? dead : dead.where('id', '=', id);
    })
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

const idsIn = (eb: ExpressionBuilder<QueueTables, 'webhook_delivery'>) =>
  eb.selectFrom('webhook_delivery').select('id');

/** Deletes the rows whose ids `chosen` selects. */
async function deleteSome(
  trx: QueueTransaction,
  chosen: (some: ReturnType<typeof idsIn>) => ReturnType<typeof idsIn>,
): Promise<number> {
  const { numDeletedRows } = await trx
    .deleteFrom('webhook_delivery')
    .where('id', 'in', (eb) => chosen(idsIn(eb)))
    .executeTakeFirst();
  return Number(numDeletedRows);
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
