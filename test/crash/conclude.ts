import { join } from 'node:path';
import type { EventStore } from '../../src/event-store/event-store.js';
import { openEventStoreDb } from '../../src/event-store/eventstoredb/eventstoredb-event-store.js';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { STREAM_PREFIXES } from '../../src/open-stores.js';
import { openSqliteViews } from '../../src/views/database/sqlite/open-sqlite-views.js';
import { PROJECTIONS } from '../../src/views/projections.js';
import { openViewBench, rowsOf, type ViewRows } from '../support/views/view-bench.js';
import { FinalState, ViewsFailed, readWholeLog } from './final-state.js';
import type { Load } from './load/load.js';
import type { Observer } from './load/observer.js';
import type { Records, ViewsRefused } from './records.js';
import { lastWords, listening, ServiceFailed } from './round.js';
import type { DocketProcess } from './stage/docket-process.js';
import type { ServiceClock } from './stage/service-clock.js';
import type { Stage } from './stage/stage.js';

const FINISH_WITHIN = 60_000;
const REST_WITHIN = 30_000;
const STOP_WITHIN = 40_000;
/** Past the deadline of every execution, and the time in which its outcome may still be recorded. */
const LATER = 120_000;

/**
 * Nobody kills anything any more: every story under way comes to its end, every request to its rest, the service stops
 * in order. Resolves to all that is known then; throws `ServiceFailed`.
 */
export async function conclude(stage: Stage, load: Load, observer: Observer): Promise<Records> {
  const { clock, address, notes, lives, round } = stage;
  clock.jumpAhead(LATER);
  const from = clock.now();
  const docket = stage.startDocket();
  try {
    const url = await listening(docket);
    address.isAt(url);
    if (!(await load.finish(FINISH_WITHIN))) throw new ServiceFailed('Some callers got no answer.');
    const shown = new FinalState(url, stage.keys);
    const answers = await restingViews(shown, clock).catch(refusal);
    await observer.stop();
    const endedAt = clock.now();
    await stopped(docket);
    lives.push({ round, from, to: clock.now() });
    const { log, ...rows } = await leftBehind(stage);
    const { exchanges, seen } = notes;
    const isDense = stage.server === null;
    const views = 'refused' in answers ? answers : { ...answers, ...rows };
    return { exchanges, seen, calls: stage.calls, lives, log, isDense, views, endedAt };
  } finally {
    docket.kill();
    await docket.ended;
  }
}

async function restingViews(shown: FinalState, clock: ServiceClock) {
  await shown.atRest(REST_WITHIN);
  return shown.views(clock.now());
}

/** What went wrong with the views is for the checker to say, beside everything else. */
function refusal(error: unknown): ViewsRefused {
  if (error instanceof ViewsFailed) return { refused: error.message };
  throw error;
}

/** The log and the views themselves, without a service in between, and the views anew from the log. */
async function leftBehind({ server, directory }: Stage) {
  const store = await (server
    ? openEventStoreDb(server.connectionString, { streamPrefixes: STREAM_PREFIXES })
    : openSqliteEventStore(join(directory, 'events.db')));
  try {
    const log = await readWholeLog(store);
    const rows = await keptRows(directory);
    return { log, rows, rebuiltRows: await rebuiltRows(store) };
  } finally {
    await store.close();
  }
}

async function keptRows(directory: string): Promise<ViewRows> {
  const views = await openSqliteViews(join(directory, 'views.db'), PROJECTIONS);
  try {
    return await rowsOf(views);
  } finally {
    await views.close();
  }
}

async function rebuiltRows(store: EventStore): Promise<ViewRows> {
  const bench = await openViewBench({ store });
  try {
    await bench.projector.rebuild();
    return await rowsOf(bench.database);
  } finally {
    await bench.close();
  }
}

async function stopped(docket: DocketProcess): Promise<void> {
  const timer = setTimeout(() => docket.kill(), STOP_WITHIN);
  docket.stop();
  const end = await docket.ended;
  clearTimeout(timer);
  if (end !== 0) throw new ServiceFailed(`It did not stop in order (${end}): ${lastWords(docket)}`);
}
