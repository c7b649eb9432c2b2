import type { Transaction } from 'kysely';
import type { ApprovalQueueTable } from '../approval-queue/approval-queue.table.js';
import type { RequestTraceTable } from '../request-trace/request-trace.table.js';
import type { RiskFactTable } from '../risk-report/risk-fact.table.js';

/** How far each view is. */
interface ViewsTable {
  name: string;
  /** Version of the projection that filled the tables. */
  version: number;
  /** Position of the last event that is in the tables, a decimal string; null before the first. */
  position: string | null;
  /** Id of the log's first event: tells the views of another log. */
  first_event: string | null;
  /** Batches applied so far. Counting them takes the lock on the row before it is read. */
  batches: number;
}

/** Streams that a view left at an event it could not read or apply. */
interface BrokenStreamsTable {
  view: string;
  stream: string;
  event_id: string;
  position: string;
  reason: string;
}

/**
 * All tables of the read side. Column types mean the same in SQLite and PostgreSQL: times and positions are text,
 * documents are JSON text, and there are no booleans.
 */
export interface ViewTables {
  view_schema: { version: number };
  views: ViewsTable;
  broken_streams: BrokenStreamsTable;
  request_trace: RequestTraceTable;
  approval_queue: ApprovalQueueTable;
  risk_fact: RiskFactTable;
}

export type ViewTransaction = Transaction<ViewTables>;
