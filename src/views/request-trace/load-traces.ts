import type { ViewTransaction } from '../database/view-tables.js';
import { parseTrace } from './parse-trace.js';
import type { RecordedTrace } from './trace.js';

/** Resolves to the traces of those requests that the table holds. */
export async function loadTraces(
  trx: ViewTransaction,
  table: 'request_trace' | 'approval_queue',
  ids: readonly string[],
): Promise<readonly (readonly [string, RecordedTrace])[]> {
  const rows = await trx.selectFrom(table).select(['id', 'trace']).where('id', 'in', ids).execute();
  return rows.map((row) => [row.id, parseTrace(row.trace)] as const);
}
