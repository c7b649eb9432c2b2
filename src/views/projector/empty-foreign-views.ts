import type { ReadableEventStore } from '../../event-store/event-store.js';
import { hasEvent } from '../../event-store/has-event.js';
import { emptyView } from '../database/prepare-views.js';
import type { ViewDatabase } from '../database/view-database.js';
import type { Projection } from '../projection.js';
import { lockCheckpoints, type Checkpoint } from './checkpoints.js';

/**
 * Empties the views that were filled from another log than this one, or from events that it lost: another store was
 * configured, or a backup restored. Resolves to their names.
 */
export async function emptyForeignViews(
  store: ReadableEventStore,
  database: ViewDatabase,
  projections: readonly Projection[],
): Promise<readonly string[]> {
  const [first] = await store.readAll(null, 1);
  return database.write(async (trx) => {
    const emptied: string[] = [];
    const checkpoints = await lockCheckpoints(trx, projections);
    for (const projection of projections) {
      if (await isOfLog(store, checkpoints.get(projection.name)!, first?.id)) continue;
      await emptyView(trx, projection);
      emptied.push(projection.name);
    }
    return emptied;
  });
}

async function isOfLog(
  store: ReadableEventStore,
  { position, firstEvent }: Checkpoint,
  firstId: string | undefined,
): Promise<boolean> {
  if (position === null) return true;
  return firstEvent === firstId && hasEvent(store, position);
}
