import { extname, join } from 'node:path';
import type { Logger } from 'pino';
import { ACCESS_PREFIX } from './access-log/access-log.codec.js';
import { DELEGATION_PREFIX } from './delegation/delegation.codec.js';
import type { EventStoreProbe } from './event-store/event-store-probe.js';
import type { EventStore } from './event-store/event-store.js';
import { EventStoreError } from './event-store/event-store.errors.js';
import type { EventStoreDbOptions } from './event-store/eventstoredb/eventstoredb-event-store.js';
import type { EventStoreDb } from './event-store/eventstoredb/retrying-event-store.js';
import {
  openSqliteEventStore,
  type LogChange,
  type SqliteEventStore,
} from './event-store/sqlite/sqlite-event-store.js';
import type { QueueDatabase } from './notifications/queue/queue-database.js';
import { openSqliteQueue } from './notifications/queue/sqlite-queue-database.js';
import { STREAM_PREFIX } from './governed-request/governed-request.codec.js';
import { ConfigurationError } from './runtime/configuration.error.js';
import type { Configuration } from './runtime/configuration.js';
import type { ViewDatabase } from './views/database/view-database.js';
import { openSqliteViews, type SqliteViews } from './views/database/sqlite/open-sqlite-views.js';
import { followLog } from './views/projector/follow-log.js';
import { followOnThread, type EmbeddedStores } from './views/projector/follow-on-thread.js';
import type { FollowLog } from './views/projector/projecting.js';
import { PROJECTIONS } from './views/projections.js';

// The drivers of servers are loaded where one is configured: they are a sixth of what a start loads.

/** Opens the event store that is configured, for a command that ends; throws when it cannot be reached. */
export const openEventStore = ({ eventStore, dataDir }: Configuration): Promise<EventStore> =>
  eventStore === 'sqlite'
    ? openSqliteEventStore(logFileIn({ dataDir }))
    : openConfigured(eventStore);

const logFileIn = ({ dataDir }: Pick<Configuration, 'dataDir'>): string =>
  join(dataDir, 'events.db');

function logChange(log: Logger, change: LogChange): void {
  if (change.state === 'writable') log.info('the event log can be written to again');
  else if (change.state === 'read-only') {
    log.error({ err: change.error }, 'the event log cannot be written to; it is tried on');
  } else log.fatal({ err: change.error }, 'the event log is damaged; nothing is served any more');
}

/** What is Docket's own in a log that it may share with other applications. */
export const STREAM_PREFIXES = [STREAM_PREFIX, ACCESS_PREFIX, DELEGATION_PREFIX];

/** A connection string that cannot work is a wrong setting. */
async function openConfigured(
  connectionString: string,
  options?: EventStoreDbOptions,
): Promise<EventStoreDb> {
  const { openEventStoreDb } =
    await import('./event-store/eventstoredb/eventstoredb-event-store.js');
  try {
    return await openEventStoreDb(connectionString, {
      streamPrefixes: STREAM_PREFIXES,
      ...options,
    });
  } catch (error) {
    if (!(error instanceof EventStoreError) || error.code !== 'invalid') throw error;
    throw new ConfigurationError(`DOCKET_EVENT_STORE: ${error.message}`);
  }
}

/** The stores of a running service. */
export interface ServedStores {
  readonly eventStore: EventStore;
  /** What the operator sees of the event store. */
  readonly eventStoreProbe: EventStoreProbe;
  readonly views: ViewDatabase;
  /** How the views follow the log. */
  readonly follow: FollowLog;
}

/**
 * Opens what is configured, for a service: an EventStoreDB that is away is waited for, and logged. Where log and views are
 * files, they are followed on a thread of its own, unless that is not wanted.
 */
export async function serveStores(
  configuration: Configuration,
  log: Logger,
  { onThread }: { readonly onThread: boolean },
): Promise<ServedStores> {
  if (configuration.eventStore !== 'sqlite') {
    const store = await openConfigured(configuration.eventStore, loggedTo(log));
    const views = await orClose(store, openViews(configuration));
    return { eventStore: store, eventStoreProbe: store, views, follow: followLog };
  }
  const onChange = (change: LogChange) => logChange(log, change);
  const store = await openSqliteEventStore(logFileIn(configuration), { onChange });
  const opened = { eventStore: store, eventStoreProbe: store };
  if (configuration.views !== 'sqlite' || !onThread) {
    return { ...opened, views: await orClose(store, openViews(configuration)), follow: followLog };
  }
  const views = await orClose(store, openEmbeddedViews(configuration));
  return {
    ...opened,
    views,
    follow: followOnThread(PROJECTOR_THREAD, embedded(configuration, store, views)),
  };
}

const PROJECTOR_THREAD = new URL(`./projector-thread${extname(import.meta.url)}`, import.meta.url);

const embedded = (
  configuration: Configuration,
  store: SqliteEventStore,
  views: SqliteViews,
): EmbeddedStores => ({
  files: { log: logFileIn(configuration), views: viewsFileIn(configuration) },
  onCommit: (follower, signal) => store.onCommit(follower, signal),
  logDamaged: (error) => void store.noted(error),
  viewsDamaged: () => views.markDamaged(),
});

async function orClose<T>(store: EventStore, opening: Promise<T>): Promise<T> {
  try {
    return await opening;
  } catch (error) {
    await store.close();
    throw error;
  }
}

const loggedTo = (log: Logger): EventStoreDbOptions => ({
  whenUnreachable: 'keep-trying',
  onDrop: (drop) => log.warn(drop, 'a subscription to EventStoreDB was dropped and resumes'),
  onContact: (change) => {
    if (change.state === 'usable') log.info(change, 'EventStoreDB can be used again');
    else log.error(change, 'EventStoreDB cannot be used; calls to it are tried on');
  },
});

/** Opens the read models where they are configured to be. */
export async function openViews(configuration: Configuration): Promise<ViewDatabase> {
  if (configuration.views === 'sqlite') return openEmbeddedViews(configuration);
  const { openPostgresViews } = await import('./views/database/postgresql/open-postgres-views.js');
  return openPostgresViews(configuration.views, PROJECTIONS);
}

const openEmbeddedViews = (configuration: Configuration): Promise<SqliteViews> =>
  openSqliteViews(viewsFileIn(configuration), PROJECTIONS);

const viewsFileIn = ({ dataDir }: Pick<Configuration, 'dataDir'>): string =>
  join(dataDir, 'views.db');

/**
 * Opens the queue of webhooks beside the read models, and not among them: nothing that empties those must send anything again. Where
 * nobody is to be told, it is in memory.
 */
export async function openQueue({
  views,
  dataDir,
  webhooks,
}: Configuration): Promise<QueueDatabase> {
  if (webhooks.file === null) return openSqliteQueue(':memory:');
  if (views === 'sqlite') return openSqliteQueue(join(dataDir, 'webhooks.db'));
  const { openPostgresQueue } = await import('./notifications/queue/postgres-queue-database.js');
  return openPostgresQueue(views);
}
