import type { ViewTransaction } from './view-tables.js';

/** Resolves to the position of the last event in the view, a decimal string; null before its first. */
export async function positionOf(trx: ViewTransaction, view: string): Promise<string | null> {
  const row = await trx
    .selectFrom('views')
    .select('position')
    .where('name', '=', view)
    .executeTakeFirst();
  return row?.position ?? null;
}
