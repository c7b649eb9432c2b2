import type { RecordedEvent } from '../../governed-request/recorded-event.js';
import type { ViewTransaction } from '../database/view-tables.js';
import { perRequestProjection } from '../per-request-projection.js';
import { evolveTrace } from '../request-trace/evolve-trace.js';
import type { RecordedTrace } from '../request-trace/trace.js';
import { loadTraces } from '../request-trace/load-traces.js';
import type { ApprovalQueueTable } from './approval-queue.table.js';
import { firstDue, nextSteps } from './due-steps.js';

/** What waits for people. Requests enter when they are submitted, as they may come to wait, and leave when they need nobody or were decided. */
export const approvalQueueProjection = perRequestProjection<RecordedTrace>({
  name: 'approval-queue',
  version: 3,
  create,
  drop: (trx) => trx.schema.dropTable('approval_queue').ifExists().execute(),
  evolve,
  load: (trx, ids) => loadTraces(trx, 'approval_queue', ids),
  save,
  async remove(trx, ids) {
    await trx.deleteFrom('approval_queue').where('id', 'in', ids).execute();
  },
});

function evolve(trace: RecordedTrace | null, event: RecordedEvent): RecordedTrace | null {
  if (trace === null && event.type !== 'Submitted') return null;
  const next = evolveTrace(trace, event);
  return mayStillWait(next) ? next : null;
}

/** What was amended comes to wait again or is blocked, whatever the policy says of it now. */
const mayStillWait = ({ status, classification, approval }: RecordedTrace): boolean =>
  status === 'submitted' ||
  status === 'awaiting-approval' ||
  (status === 'classified' && (classification?.requiresApproval === true || approval !== null));

async function create(trx: ViewTransaction): Promise<void> {
  await trx.schema
    .createTable('approval_queue')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('requested_at', 'text')
    .addColumn('reminds_at', 'text')
    .addColumn('escalates_at', 'text')
    .addColumn('expires_at', 'text')
    .addColumn('due_at', 'text')
    .addColumn('requester', 'text', (column) => column.notNull())
    .addColumn('on_behalf_of', 'text')
    .addColumn('trace', 'text', (column) => column.notNull())
    .execute();
  await trx.schema
    .createIndex('approval_queue_oldest')
    .on('approval_queue')
    .columns(['requested_at', 'id'])
    .execute();
  await trx.schema
    .createIndex('approval_queue_due')
    .on('approval_queue')
    .columns(['due_at', 'id'])
    .execute();
}

async function save(trx: ViewTransaction, traces: readonly RecordedTrace[]): Promise<void> {
  await trx
    .insertInto('approval_queue')
    .values(traces.map(rowOf))
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        requested_at: eb.ref('excluded.requested_at'),
        reminds_at: eb.ref('excluded.reminds_at'),
        escalates_at: eb.ref('excluded.escalates_at'),
        expires_at: eb.ref('excluded.expires_at'),
        due_at: eb.ref('excluded.due_at'),
        trace: eb.ref('excluded.trace'),
      })),
    )
    .execute();
}

function rowOf(trace: RecordedTrace): ApprovalQueueTable {
  const waiting = trace.status === 'awaiting-approval' ? trace.approval : null;
  const next = nextSteps(trace);
  return {
    id: trace.id,
    requested_at: waiting?.requestedAt ?? null,
    reminds_at: next.remind,
    escalates_at: next.escalate,
    expires_at: next.expire,
    due_at: firstDue(next),
    requester: trace.requester,
    on_behalf_of: trace.onBehalfOf,
    trace: JSON.stringify(trace),
  };
}
