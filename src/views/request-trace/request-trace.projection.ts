import type { ViewTransaction } from '../database/view-tables.js';
import { perRequestProjection } from '../per-request-projection.js';
import { evolveTrace } from './evolve-trace.js';
import type { RequestTraceTable } from './request-trace.table.js';
import { searchText } from './search-text.js';
import type { RecordedTrace } from './trace.js';
import { loadTraces } from './load-traces.js';

/** What lists filter by often and few rows share; the others are found while reading newest first. */
const INDEXED = ['status', 'requester', 'on_behalf_of', 'category', 'tool'] as const;

/** PostgreSQL indexes no text beyond 2,704 bytes; a filter has 200 characters at the most. */
const INDEXED_LENGTH = 256;

/** Everything that is known of each governed request. */
export const requestTraceProjection = perRequestProjection<RecordedTrace>({
  name: 'request-trace',
  version: 3,
  create,
  drop: (trx) => trx.schema.dropTable('request_trace').ifExists().execute(),
  evolve: evolveTrace,
  load: (trx, ids) => loadTraces(trx, 'request_trace', ids),
  save,
  async remove(trx, ids) {
    await trx.deleteFrom('request_trace').where('id', 'in', ids).execute();
  },
});

async function create(trx: ViewTransaction): Promise<void> {
  await trx.schema
    .createTable('request_trace')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('submitted_at', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('risk', 'text')
    .addColumn('category', 'text')
    .addColumn('requester', 'text', (column) => column.notNull())
    .addColumn('on_behalf_of', 'text')
    .addColumn('agent', 'text', (column) => column.notNull())
    .addColumn('tool', 'text')
    .addColumn('policy', 'text')
    .addColumn('search_text', 'text', (column) => column.notNull())
    .addColumn('trace', 'text', (column) => column.notNull())
    .execute();
  await index(trx, 'request_trace_newest', []);
  for (const column of INDEXED) await index(trx, `request_trace_${column}`, [column]);
}

const index = (
  trx: ViewTransaction,
  name: string,
  filter: readonly (typeof INDEXED)[number][],
): Promise<void> =>
  trx.schema
    .createIndex(name)
    .on('request_trace')
    .columns([...filter, 'submitted_at', 'id'])
    .execute();

async function save(trx: ViewTransaction, traces: readonly RecordedTrace[]): Promise<void> {
  await trx
    .insertInto('request_trace')
    .values(traces.map(rowOf))
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        status: eb.ref('excluded.status'),
        risk: eb.ref('excluded.risk'),
        category: eb.ref('excluded.category'),
        tool: eb.ref('excluded.tool'),
        policy: eb.ref('excluded.policy'),
        search_text: eb.ref('excluded.search_text'),
        trace: eb.ref('excluded.trace'),
      })),
    )
    .execute();
}

const rowOf = (trace: RecordedTrace): RequestTraceTable => ({
  id: trace.id,
  submitted_at: trace.submittedAt,
  status: trace.status,
  risk: trace.classification?.risk ?? null,
  category: indexed(trace.classification?.category),
  requester: trace.requester.slice(0, INDEXED_LENGTH),
  on_behalf_of: indexed(trace.onBehalfOf),
  agent: trace.agent,
  tool: indexed(trace.content?.kind === 'tool' ? trace.content.tool : null),
  policy: trace.classification?.policy.name ?? null,
  search_text: searchText(trace),
  trace: JSON.stringify(trace),
});

const indexed = (text: string | null | undefined): string | null =>
  text?.slice(0, INDEXED_LENGTH) ?? null;
