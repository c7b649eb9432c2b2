import { setImmediate as nextTurn } from 'node:timers/promises';
import type { QueueDatabase } from './queue-database.js';
import type { QueueTransaction } from './queue-tables.js';

/** Rows that one transaction changes, some ten milliseconds: SQLite works on the thread that serves everybody. */
const PIECE = 500;

/**
 * Changes any number of rows, a few in each transaction, so that everybody else has a turn in between. `change` changes `limit` rows at the
 * most, others each time, and resolves to how many; all of them together are what this resolves to.
 */
export async function inPieces(
  database: QueueDatabase,
  change: (trx: QueueTransaction, limit: number) => Promise<number>,
): Promise<number> {
  for (let changed = 0; ;) {
    const count = await database.write((trx) => change(trx, PIECE));
    changed += count;
    if (count < PIECE) return changed;
    await nextTurn();
  }
}
