import type { EventStore, Position } from '../../../src/event-store/event-store.js';
import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import { openSqliteViews } from '../../../src/views/database/sqlite/open-sqlite-views.js';
import type { ViewDatabase } from '../../../src/views/database/view-database.js';
import { Projector } from '../../../src/views/projector/projector.js';
import { PROJECTIONS } from '../../../src/views/projections.js';
import { rowsOf } from '../../support/views/view-bench.js';
import { foldRiskFacts, foldTraces, upTo, type StoredTrace } from './expected-views.js';
import type { ReplicaViews } from './replica-views.js';

/** Databases that nobody uses: making the tables anew takes longer than emptying them. */
const idle: ViewDatabase[] = [];

/** An empty database in memory, whose tables are there. */
export const takeDatabase = async (): Promise<ViewDatabase> =>
  idle.pop() ?? openSqliteViews(':memory:', PROJECTIONS);

async function giveBack(database: ViewDatabase): Promise<void> {
  await database.write(async (trx) => {
    for (const table of [
      'request_trace',
      'approval_queue',
      'risk_fact',
      'broken_streams',
    ] as const) {
      await trx.deleteFrom(table).execute();
    }
    await trx.updateTable('views').set({ position: null, first_event: null, batches: 0 }).execute();
  });
  idle.push(database);
}

/** The service's own projector, projections and queries over SQLite in memory. */
export async function embeddedViews(
  store: EventStore,
  history: readonly RecordedEvent[],
): Promise<ReplicaViews> {
  const views = await takeDatabase();
  const projector = new Projector(store, views, PROJECTIONS, () => {});
  return {
    adapters: { views, projector },
    replacements: new Map(),
    start: () => projector.start(),
    stop: () => projector.stop(),
    differences: (due) => differences(views, history, due),
    release: () => giveBack(views),
  };
}

/** Each view is compared with a fold over the log up to its own checkpoint, so that it may be behind but not wrong. */
async function differences(
  database: ViewDatabase,
  history: readonly RecordedEvent[],
  due: 'some' | 'all',
): Promise<string | null> {
  const rows = await rowsOf(database);
  const end = history.at(-1)?.position ?? null;
  const late = rows.checkpoints.find(({ position }) => position !== (end?.toString() ?? null));
  if (due === 'all' && late) return `the view ${late.name} stands at ${late.position}, not ${end}`;
  const eventsOf = (view: string): readonly RecordedEvent[] =>
    upTo(history, positionOf(rows.checkpoints, view));
  const traces = [...foldTraces(eventsOf('request-trace')).values()];
  const queue = [...foldTraces(eventsOf('approval-queue')).values()].filter(isWaiting);
  const facts = [...foldRiskFacts(eventsOf('risk-report')).values()];
  const queued = rows.queue.filter((row) => row.requested_at !== null);
  const views = {
    'request-trace': [rows.traces.map(({ trace }) => trace), traces.map(textOf)],
    'approval-queue': [queued.map(({ trace }) => trace), queue.map(textOf)],
    'risk-report': [rows.facts.map(textOf), facts.map(textOf)],
  } as const;
  const wrong = Object.entries(views).find(([, [held, said]]) => !isSame(held, said));
  return wrong ? `the view ${wrong[0]} is not what the log says` : null;
}

const textOf = (item: object): string => JSON.stringify(item);

const isWaiting = ({ status }: StoredTrace): boolean => status === 'awaiting-approval';

const isSame = (held: readonly string[], said: readonly string[]): boolean =>
  held.toSorted().join('\n') === said.toSorted().join('\n');

function positionOf(
  checkpoints: readonly { readonly name: string; readonly position: string | null }[],
  view: string,
): Position | null {
  const position = checkpoints.find(({ name }) => name === view)?.position ?? null;
  return position === null ? null : BigInt(position);
}
