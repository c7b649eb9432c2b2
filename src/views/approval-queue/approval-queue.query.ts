import { readView } from '../database/read-view.js';
import type { ViewDatabase } from '../database/view-database.js';
import type { ViewTransaction } from '../database/view-tables.js';
import { pageOf, parseCursor, type Page, type Place } from '../page.js';
import { parseTrace } from '../request-trace/parse-trace.js';
import { approvalQueueProjection } from './approval-queue.projection.js';
import { dueSteps, type DueStep } from './due-steps.js';
import { mayDecide, waitingItemOf, type Approver, type WaitingItem } from './waiting-item.js';

/** A request that waits, and what the service has to do with it by itself. */
export interface DueApproval {
  readonly id: string;
  /** One or more, in the order of taking them. */
  readonly steps: readonly DueStep[];
}

export interface ApprovalList {
  /** 1 or more. */
  readonly limit: number;
  readonly cursor?: string | undefined;
  /** Only what this person may decide now; absent: everything that waits, or expired and was not swept yet. */
  readonly approver?: Approver | undefined;
}

/** Rows read at a time while looking for what an approver may decide. */
const CHUNK = 200;

/** Reads what waits for people. */
export class ApprovalQueueQuery {
  constructor(private readonly database: ViewDatabase) {}

  /** Resolves to what is due by then of the requests that wait, as many requests as `limit`, the longest overdue first. */
  async due(now: Date, limit: number): Promise<readonly DueApproval[]> {
    const time = now.toISOString();
    const rows = await readView(this.database, approvalQueueProjection, (trx) =>
      trx
        .selectFrom('approval_queue')
        .select(['id', 'reminds_at as remind', 'escalates_at as escalate', 'expires_at as expire'])
        .where('due_at', '<=', time)
        .orderBy('due_at')
        .orderBy('id')
        .limit(limit)
        .execute(),
    );
    return rows.map(({ id, ...next }) => ({ id, steps: dueSteps(next, time) }));
  }

  /** Resolves to one page, oldest first. Throws `invalid-cursor`. */
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
