import { EventStoreError } from '../../event-store/event-store.errors.js';
import type { Position, ReadableEventStore, StoredEvent } from '../../event-store/event-store.js';
import type { ViewDatabase } from '../database/view-database.js';
import { loggedEventOf } from '../event-log/logged-event.js';
import type { Projection } from '../projection.js';
import { readBrokenStreams, type BrokenStream } from './broken-streams.js';
import { isBehind } from './checkpoints.js';

/** Events that are asked when the oldest missing one was recorded; some may not tell. */
const ASKED = 10;

/** Where one view stands against the log; positions are decimal strings, null before the first event. */
export interface ViewStatus {
  readonly view: string;
  readonly position: string | null;
  readonly head: string | null;
  readonly isCaughtUp: boolean;
  /** Milliseconds since the oldest event that the view misses was recorded; 0 when it misses none, or none tells. */
  readonly lag: number;
  readonly brokenStreams: readonly BrokenStream[];
}

/** Resolves to where each view stands as it was committed, whoever fills it, and to the streams it had to leave. */
export async function viewStatus(
  store: ReadableEventStore,
  database: ViewDatabase,
  projections: readonly Projection[],
  now: Date,
): Promise<readonly ViewStatus[]> {
  const head = await store.head();
  const { rows, broken } = await database.read(async (trx) => ({
    rows: await trx.selectFrom('views').select(['name', 'version', 'position']).execute(),
    broken: await readBrokenStreams(trx),
  }));
  const recorded = new Map<Position | null, Promise<Date | null>>();
  const statuses = projections.map(async ({ name, version }) => {
    const row = rows.find((view) => view.name === name && view.version === version);
    const position = row?.position ? BigInt(row.position) : null;
    const missed = isBehind(position, head)
      ? memoised(recorded, position, () => missedSince(store, position))
      : null;
    return {
      view: name,
      position: row?.position ?? null,
      head: head?.toString() ?? null,
      isCaughtUp: row !== undefined && !isBehind(position, head),
      lag: millisecondsSince(await missed, now),
      brokenStreams: broken.filter(({ view }) => view === name),
    };
  });
  return Promise.all(statuses);
}

/** Resolves to when the oldest event behind `position` was recorded, null when none of the next ones tells. */
async function missedSince(
  store: ReadableEventStore,
  position: Position | null,
): Promise<Date | null> {
  try {
    const times = (await store.readAll(position, ASKED)).map(recordedAt);
    return times.find((time) => time !== null) ?? null;
  } catch (error) {
    if (!(error instanceof EventStoreError) || error.code !== 'position-unknown') throw error;
    // The view came from another log and will be filled anew.
    return position === null ? null : missedSince(store, null);
  }
}

/** Whatever somebody wrote: null where it holds no time. */
function recordedAt(event: StoredEvent): Date | null {
  try {
    const time = new Date(loggedEventOf(event).recordedAt ?? Number.NaN);
    return Number.isNaN(time.getTime()) ? null : time;
  } catch {
    return null;
  }
}

/** Replicas' clocks may differ a little: never less than nothing. */
const millisecondsSince = (time: Date | null, now: Date): number =>
  time === null ? 0 : Math.max(0, now.getTime() - time.getTime());

function memoised<K, V>(known: Map<K, V>, key: K, make: () => V): V {
  const value = known.get(key) ?? make();
  known.set(key, value);
  return value;
}
