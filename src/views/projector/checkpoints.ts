import type { Position } from '../../event-store/event-store.js';
import type { ViewTables, ViewTransaction } from '../database/view-tables.js';
import type { Projection } from '../projection.js';

/** Where one view stands. */
export interface Checkpoint {
  readonly position: Position | null;
  /** Id of the first event of the log that the view was filled from; null before its first event. */
  readonly firstEvent: string | null;
}

export type Checkpoints = ReadonlyMap<string, Checkpoint>;

/** Another version of Docket fills the view in the same database. */
export class ViewTakenOver extends Error {
  override readonly name = 'ViewTakenOver';

  constructor(
    readonly view: string,
    version: number,
  ) {
    super(`The view ${view} is no longer filled by version ${version} of its projection.`);
  }
}

/** Reads every checkpoint and keeps other processes from moving them until the transaction ends; throws `ViewTakenOver`. */
export async function lockCheckpoints(
  trx: ViewTransaction,
  projections: readonly Projection[],
): Promise<Checkpoints> {
  // Writing first takes the lock in both databases, so that nothing read behind it can be stale.
  const rows = await trx
    .updateTable('views')
    .set((eb) => ({ batches: eb('batches', '+', 1) }))
    .returning(COLUMNS)
    .execute();
  return checkpointsOf(rows, projections);
}

/** Reads every checkpoint as it was committed last; throws `ViewTakenOver`. */
export async function readCheckpoints(
  trx: ViewTransaction,
  projections: readonly Projection[],
): Promise<Checkpoints> {
  return checkpointsOf(await trx.selectFrom('views').select(COLUMNS).execute(), projections);
}

const COLUMNS = ['name', 'version', 'position', 'first_event'] as const;

type Row = Pick<ViewTables['views'], (typeof COLUMNS)[number]>;

function checkpointsOf(rows: readonly Row[], projections: readonly Projection[]): Checkpoints {
  return new Map(
    projections.map(({ name, version }) => {
      const row = rows.find((view) => view.name === name && view.version === version);
      if (!row) throw new ViewTakenOver(name, version);
      const position = row.position === null ? null : BigInt(row.position);
      return [name, { position, firstEvent: row.first_event }];
    }),
  );
}

export async function writeCheckpoint(
  trx: ViewTransaction,
  view: string,
  { position, firstEvent }: Checkpoint,
): Promise<void> {
  await trx
    .updateTable('views')
    .set({ position: position?.toString() ?? null, first_event: firstEvent })
    .where('name', '=', view)
    .execute();
}

/** True when `position` lies behind `other`; null is before every event. */
export const isBehind = (position: Position | null, other: Position | null): boolean =>
  other !== null && (position === null || position < other);
