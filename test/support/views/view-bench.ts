import { randomUUID } from 'node:crypto';
import type { EventStore, NewEvent } from '../../../src/event-store/event-store.js';
import { createInMemoryEventStore } from '../../../src/event-store/in-memory/in-memory-event-store.js';
import { decode, encode, streamOf } from '../../../src/governed-request/governed-request.codec.js';
import type { GovernedRequestEvent } from '../../../src/governed-request/governed-request.events.js';
import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import { systemClock, type Clock } from '../../../src/runtime/clock.js';
import { openSqliteViews } from '../../../src/views/database/sqlite/open-sqlite-views.js';
import type { ViewDatabase } from '../../../src/views/database/view-database.js';
import type { ViewTables } from '../../../src/views/database/view-tables.js';
import type { Projection } from '../../../src/views/projection.js';
import { Projector } from '../../../src/views/projector/projector.js';
import type { ProjectorReport } from '../../../src/views/projector/projector-report.js';
import type { FollowLog } from '../../../src/views/projector/projecting.js';
import { PROJECTIONS } from '../../../src/views/projections.js';
import type { History } from './arbitrary-history.js';

/** A store with views over it, and what the projector reported. */
export interface ViewBench {
  readonly store: EventStore;
  readonly database: ViewDatabase;
  readonly projector: Projector;
  readonly reports: readonly ProjectorReport[];
  /** Resolves when every view holds the whole log. */
  caughtUp(): Promise<void>;
  close(): Promise<void>;
}

/** Every row of every view. */
export interface ViewRows {
  readonly traces: readonly ViewTables['request_trace'][];
  readonly queue: readonly ViewTables['approval_queue'][];
  readonly facts: readonly ViewTables['risk_fact'][];
  readonly broken: readonly ViewTables['broken_streams'][];
  readonly checkpoints: readonly Omit<ViewTables['views'], 'batches'>[];
}

/** Where views are kept; what was written there is found when it is opened again. */
export type ViewPlace = (projections: readonly Projection[]) => Promise<ViewDatabase>;

export interface ViewBenchOptions {
  readonly store?: EventStore;
  readonly place?: ViewPlace;
  readonly projections?: readonly Projection[];
  readonly clock?: Clock;
  /** By default in this thread. */
  readonly follow?: FollowLog;
}

const inMemory: ViewPlace = (projections) => openSqliteViews(':memory:', projections);

/** Opens views, in memory unless a place is named; nothing is projected before the projector is started. */
export async function openViewBench({
  store = createInMemoryEventStore(),
  place = inMemory,
  projections = PROJECTIONS,
  clock = systemClock,
  follow,
}: ViewBenchOptions = {}): Promise<ViewBench> {
  const database = await place(projections);
  const reports: ProjectorReport[] = [];
  const report = (it: ProjectorReport) => reports.push(it);
  const projector = new Projector(store, database, projections, report, clock, follow);
  return {
    store,
    database,
    projector,
    reports,
    async caughtUp() {
      const head = await store.head();
      if (head !== null) await projector.waitFor(head, 10_000);
    },
    async close() {
      await projector.stop();
      await database.close();
    },
  };
}

/** The event as a store takes it, recorded at the start of 2026 by Docket itself. */
const newEvent = (event: GovernedRequestEvent): NewEvent =>
  encode(event, randomUUID(), {
    $correlationId: 'correlation',
    $causationId: 'causation',
    actor: 'docket',
    actorKind: 'service',
    roles: [],
    groups: [],
    credential: null,
    recordedAt: '2026-01-01T00:00:00.000Z',
    schemaVersion: 1,
  });

/** Writes a history into a store in its order, each event as an append of its own. */
export async function record(store: EventStore, { requests, order }: History): Promise<void> {
  const versions = requests.map(() => 0);
  for (const index of order) {
    const { id, events } = requests[index]!;
    const version = versions[index]!;
    versions[index] = version + 1;
    await store.append(streamOf(id), version - 1, [newEvent(events[version]!)]);
  }
}

/** Writes one request's events behind those it has. */
export async function append(
  store: EventStore,
  id: string,
  ...events: readonly GovernedRequestEvent[]
): Promise<void> {
  const stored = await store.readStream(streamOf(id));
  await store.append(streamOf(id), stored.length - 1, events.map(newEvent));
}

/** Everything a store holds of governed requests. */
export async function recorded(store: EventStore): Promise<readonly RecordedEvent[]> {
  return (await store.readAll(null, 100_000)).map(decode);
}

/** Every row of every view, in one order. */
export const rowsOf = (database: ViewDatabase): Promise<ViewRows> =>
  database.read(async (trx) => ({
    traces: await trx.selectFrom('request_trace').selectAll().orderBy('id').execute(),
    queue: await trx.selectFrom('approval_queue').selectAll().orderBy('id').execute(),
    facts: await trx.selectFrom('risk_fact').selectAll().orderBy('id').execute(),
    broken: await trx.selectFrom('broken_streams').selectAll().orderBy('stream').execute(),
    checkpoints: await trx
      .selectFrom('views')
      .select(['name', 'version', 'position', 'first_event'])
      .orderBy('name')
      .execute(),
  }));
