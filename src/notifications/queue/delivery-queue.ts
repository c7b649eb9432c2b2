import type { FailedTry, TakenDelivery } from './delivery.js';
import { inPieces } from './in-pieces.js';
import type { QueueDatabase } from './queue-database.js';
import type { QueueTransaction } from './queue-tables.js';

/** How deliveries are taken on. */
export interface Taking {
  readonly endpoint: string;
  /** Of the endpoint's address as it is now, see `gone`. */
  readonly target: string;
  readonly limit: number;
  readonly now: Date;
  /** When somebody else may take them on, unless it is said before what became of them. */
  readonly until: Date;
}

/** What an endpoint has in the queue. */
export interface EndpointQueue {
  readonly endpoint: string;
  /** Deliveries that are still tried. */
  readonly pending: number;
  /** When the oldest of them was queued; null where there is none. */
  readonly oldestPending: string | null;
  /** Deliveries that were given up. */
  readonly dead: number;
  /** See `gone`. */
  readonly gone: string | null;
}

/** Of what came for an endpoint that is gone, so many are given up at a time. */
const SOME = 500;

/** Deliveries on their way. Each is taken on by one process at a time. */
export class DeliveryQueue {
  constructor(private readonly database: QueueDatabase) {}

  /** Takes on what is due for an endpoint, the longest overdue first. What is due for one that is gone is given up. */
  async take(taking: Taking): Promise<readonly TakenDelivery[]> {
    const due = await this.database.read((trx) => dueFor(trx, { ...taking, limit: 1 }));
    if (due.length === 0) return [];
    return this.database.write(async (trx) => {
      if (!(await isGone(trx, taking))) return takeDue(trx, taking);
      await giveUpPending(trx, taking, SOME);
      return [];
    });
  }

  async delivered({ id }: TakenDelivery): Promise<void> {
    await this.database.write((trx) =>
      trx.deleteFrom('webhook_delivery').where('id', '=', id).execute(),
    );
  }

  /** Writes down a try that failed, unless somebody else has taken the delivery on meanwhile. */
  async failed(taken: TakenDelivery, { failure, retryAt }: FailedTry, now: Date): Promise<void> {
    const { code, status } = failure;
    const next = retryAt
      ? { due_at: retryAt.toISOString(), dead_at: null }
      : { dead_at: now.toISOString() };
    await this.#change(taken, { failure: code, status, ...next });
  }

  /** Leaves a delivery to others, as if it had not been tried. */
  async giveBack(taken: TakenDelivery, now: Date): Promise<void> {
    await this.#change(taken, { due_at: now.toISOString(), attempts: taken.attempts - 1 });
  }

  /**
   * The receiver at this target (a digest of its address) answered that it wants no more: everything for it is given up, also what comes
   * later, until a dead letter of it is replayed or its address changes.
   */
  async gone(endpoint: string, target: string, now: Date): Promise<void> {
    await this.database.write((trx) =>
      trx
        .updateTable('webhook_feed')
        .set({ gone: target })
        .where('endpoint', '=', endpoint)
        .execute(),
    );
    const refusing = { endpoint, target, now };
    await inPieces(this.database, async (trx, limit) =>
      // Somebody may have it tried again meanwhile.
      (await isGone(trx, refusing)) ? giveUpPending(trx, refusing, limit) : 0,
    );
  }

  /** Resolves to what every endpoint has in the queue, whether the configuration still names it or not. */
  async overview(): Promise<readonly EndpointQueue[]> {
    return this.database.read(async (trx) => {
      const feeds = await trx.selectFrom('webhook_feed').select(['endpoint', 'gone']).execute();
      const pending = await pendingCounts(trx);
      const dead = await deadCounts(trx);
      return feeds
        .toSorted((one, other) => (one.endpoint < other.endpoint ? -1 : 1))
        .map(({ endpoint, gone }) => ({
          endpoint,
          pending: pending.get(endpoint)?.count ?? 0,
          oldestPending: pending.get(endpoint)?.oldest ?? null,
          dead: dead.get(endpoint) ?? 0,
          gone,
        }));
    });
  }

  async #change({ id, attempts }: TakenDelivery, change: Partial<Changeable>): Promise<void> {
    await this.database.write((trx) =>
      trx
        .updateTable('webhook_delivery')
        .set(change)
        .where('id', '=', id)
        .where('attempts', '=', attempts)
        .execute(),
    );
  }
}

interface Changeable {
  readonly due_at: string;
  readonly attempts: number;
  readonly failure: string;
  readonly status: number | null;
  readonly dead_at: string | null;
}

async function dueFor(
  trx: QueueTransaction,
  { endpoint, now, limit }: Taking,
): Promise<readonly string[]> {
  const rows = await trx
    .selectFrom('webhook_delivery')
    .select('id')
    .where('endpoint', '=', endpoint)
    .where('dead_at', 'is', null)
    .where('due_at', '<=', now.toISOString())
    .orderBy('due_at')
    .orderBy('id')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}

async function takeDue(trx: QueueTransaction, taking: Taking): Promise<readonly TakenDelivery[]> {
  const due = await dueFor(trx, taking);
  if (due.length === 0) return [];
  return trx
    .updateTable('webhook_delivery')
    .set((eb) => ({
      attempts: eb('attempts', '+', 1),
      due_at: taking.until.toISOString(),
      tried_at: taking.now.toISOString(),
    }))
    .where('id', 'in', due)
    .returning(['id', 'type', 'payload', 'attempts'])
    .execute();
}

/** A receiver that wants no more. */
type Refusing = Pick<Taking, 'endpoint' | 'target' | 'now'>;

async function isGone(trx: QueueTransaction, { endpoint, target }: Refusing): Promise<boolean> {
  const row = await trx
    .selectFrom('webhook_feed')
    .select('gone')
    .where('endpoint', '=', endpoint)
    .executeTakeFirst();
  return row?.gone === target;
}

async function giveUpPending(
  trx: QueueTransaction,
  { endpoint, now }: Refusing,
  limit: number,
): Promise<number> {
  const { numUpdatedRows } = await trx
    .updateTable('webhook_delivery')
    .set({ dead_at: now.toISOString(), failure: 'gone', status: 410 })
    .where('id', 'in', (eb) =>
      eb
        .selectFrom('webhook_delivery')
        .select('id')
        .where('endpoint', '=', endpoint)
        .where('dead_at', 'is', null)
        .limit(limit),
    )
    .executeTakeFirst();
  return Number(numUpdatedRows);
}

async function pendingCounts(trx: QueueTransaction) {
  const rows = await trx
    .selectFrom('webhook_delivery')
    .select((eb) => [
      'endpoint',
      eb.fn.countAll<number | string>().as('count'),
      eb.fn.min('queued_at').as('oldest'),
    ])
    .where('dead_at', 'is', null)
    .groupBy('endpoint')
    .execute();
  return new Map(rows.map(({ count, ...row }) => [row.endpoint, { ...row, count: Number(count) }]));
}

async function deadCounts(trx: QueueTransaction): Promise<ReadonlyMap<string, number>> {
  const rows = await trx
    .selectFrom('webhook_delivery')
    .select((eb) => ['endpoint', eb.fn.countAll<number | string>().as('count')])
    .where('dead_at', 'is not', null)
    .groupBy('endpoint')
    .execute();
  return new Map(rows.map(({ endpoint, count }) => [endpoint, Number(count)]));
}
