import { readView } from '../database/read-view.js';
import type { ViewDatabase } from '../database/view-database.js';
import type { ViewTransaction } from '../database/view-tables.js';
import { pageOf, parseCursor, type Page, type Place } from '../page.js';
import { parseTrace } from '../request-trace/parse-trace.js';
import { approvalQueueProjection } from './approval-queue.projection.js';
import { mayDecide, waitingItemOf, type Approver, type WaitingItem } from './waiting-item.js';

export interface ApprovalList {
  /** 1 or more. */
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Only what this person may decide; absent: everything that waits. */
  readonly approver?: Approver | undefined;
}

/** Rows read at a time while looking for what an approver may decide. */
const CHUNK = 200;

/** Reads what waits for people. */
export class ApprovalQueueQuery {
  constructor(private readonly database: ViewDatabase) {}

  /** Resolves to the ids of the requests that nobody decided by then, as many as `limit`, the longest overdue first. */
  async overdue(now: Date, limit: number): Promise<readonly string[]> {
    const rows = await readView(this.database, approvalQueueProjection, (trx) =>
      trx
        .selectFrom('approval_queue')
        .select('id')
        .where('expires_at', '<=', now.toISOString())
        .orderBy('expires_at')
        .orderBy('id')
        .limit(limit)
        .execute(),
    );
    return rows.map(({ id }) => id);
  }

  /** Resolves to one page, oldest first; what expired and was not swept yet is still in it. Throws `invalid-cursor`. */
  async list({ limit, cursor, approver }: ApprovalList): Promise<Page<WaitingItem>> {
    const behind = cursor === undefined ? null : parseCursor(cursor);
    const shows = (item: WaitingItem) => !approver || mayDecide(item, approver);
    return readView(this.database, approvalQueueProjection, async (trx, position) => {
      const items: WaitingItem[] = [];
      for await (const item of waitingItems(trx, behind)) {
        if (shows(item)) items.push(item);
        if (items.length > limit) break;
      }
      return pageOf(items, limit, position, {
        item: (item) => item,
        place: ({ requestedAt, id }) => ({ at: requestedAt, id }),
      });
    });
  }
}

async function* waitingItems(
  trx: ViewTransaction,
  behind: Place | null,
): AsyncGenerator<WaitingItem> {
  let place = behind;
  for (;;) {
    const rows = await waitingRows(trx, place);
    const items = rows.map(({ trace }) => waitingItemOf(parseTrace(trace)));
    yield* items.filter((item) => item !== null);
    const last = rows.at(-1);
    if (rows.length < CHUNK || !last?.requested_at) return;
    place = { at: last.requested_at, id: last.id };
  }
}

const waitingRows = (trx: ViewTransaction, behind: Place | null) =>
  trx
    .selectFrom('approval_queue')
    .select(['id', 'requested_at', 'trace'])
    .where('requested_at', 'is not', null)
    .$if(behind !== null, (qb) =>
      qb.where((eb) =>
        eb(eb.refTuple('requested_at', 'id'), '>', eb.tuple(behind!.at, behind!.id)),
      ),
    )
    .orderBy('requested_at')
    .orderBy('id')
    .limit(CHUNK)
    .execute();
