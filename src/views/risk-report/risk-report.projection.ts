import type { ViewTransaction } from '../database/view-tables.js';
import { perRequestProjection } from '../per-request-projection.js';
import { evolveRiskFact } from './evolve-risk-fact.js';
import type { RiskFactTable } from './risk-fact.table.js';

/** What reports count, one row a governed request. */
export const riskReportProjection = perRequestProjection<RiskFactTable>({
  name: 'risk-report',
  version: 2,
  create,
  drop: (trx) => trx.schema.dropTable('risk_fact').ifExists().execute(),
  evolve: evolveRiskFact,
  load,
  save,
  async remove(trx, ids) {
    await trx.deleteFrom('risk_fact').where('id', 'in', ids).execute();
  },
});

async function create(trx: ViewTransaction): Promise<void> {
  await trx.schema
    .createTable('risk_fact')
    .addColumn('id', 'text', (column) => column.primaryKey())
    .addColumn('submitted_at', 'text', (column) => column.notNull())
    .addColumn('status', 'text', (column) => column.notNull())
    .addColumn('requester', 'text', (column) => column.notNull())
    .addColumn('agent', 'text', (column) => column.notNull())
    .addColumn('kind', 'text', (column) => column.notNull())
    .addColumn('tool', 'text')
    .addColumn('risk', 'text')
    .addColumn('category', 'text')
    .addColumn('policy', 'text')
    .addColumn('requested_at', 'text')
    // Not 64-bit integers, which PostgreSQL's driver answers as text.
    .addColumn('decision_ms', 'double precision')
    .addColumn('approval_ms', 'double precision')
    .addColumn('execution_ms', 'double precision')
    .execute();
  await trx.schema
    .createIndex('risk_fact_submitted')
    .on('risk_fact')
    .column('submitted_at')
    .execute();
}

async function load(
  trx: ViewTransaction,
  ids: readonly string[],
): Promise<readonly (readonly [string, RiskFactTable])[]> {
  const rows = await trx.selectFrom('risk_fact').selectAll().where('id', 'in', ids).execute();
  return rows.map((row) => [row.id, row] as const);
}

async function save(trx: ViewTransaction, facts: readonly RiskFactTable[]): Promise<void> {
  await trx
    .insertInto('risk_fact')
    .values(facts)
    .onConflict((conflict) =>
      conflict.column('id').doUpdateSet((eb) => ({
        status: eb.ref('excluded.status'),
        kind: eb.ref('excluded.kind'),
        tool: eb.ref('excluded.tool'),
        risk: eb.ref('excluded.risk'),
        category: eb.ref('excluded.category'),
        policy: eb.ref('excluded.policy'),
        requested_at: eb.ref('excluded.requested_at'),
        decision_ms: eb.ref('excluded.decision_ms'),
        approval_ms: eb.ref('excluded.approval_ms'),
        execution_ms: eb.ref('excluded.execution_ms'),
      })),
    )
    .execute();
}
