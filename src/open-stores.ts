import { join } from 'node:path';
import type { Logger } from 'pino';
import type { EventStoreProbe } from './event-store/event-store-probe.js';
import type { EventStore } from './event-store/event-store.js';
import { EventStoreError } from './event-store/event-store.errors.js';
import {
  openEventStoreDb,
  type EventStoreDbOptions,
} from './event-store/eventstoredb/eventstoredb-event-store.js';
import type { EventStoreDb } from './event-store/eventstoredb/retrying-event-store.js';
import { openSqliteEventStore, type LogChange } from './event-store/sqlite/sqlite-event-store.js';
import { ConfigurationError } from './runtime/configuration.error.js';
import type { Configuration } from './runtime/configuration.js';
import type { ViewDatabase } from './views/database/view-database.js';
import { openPostgresViews } from './views/database/postgresql/open-postgres-views.js';
import { openSqliteViews } from './views/database/sqlite/open-sqlite-views.js';
import { PROJECTIONS } from './views/projections.js';

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

/** A connection string that cannot work is a wrong setting. */
async function openConfigured(
  connectionString: string,
  options?: EventStoreDbOptions,
): Promise<EventStoreDb> {
  try {
    return await openEventStoreDb(connectionString, options);
  } catch (error) {
    if (!(error instanceof EventStoreError) || error.code !== 'invalid') throw error;
    throw new ConfigurationError(`DOCKET_EVENT_STORE: ${error.message}`);
  }
}

/** The event store of a running service, and what its operator sees of it. */
export interface ServedEventStore {
  readonly eventStore: EventStore;
  readonly eventStoreProbe: EventStoreProbe;
}

/** Opens the event store that is configured, for a service: a server that is away is waited for, and logged. */
export async function serveEventStore(
  configuration: Configuration,
  log: Logger,
): Promise<ServedEventStore> {
  if (configuration.eventStore === 'sqlite') {
    const store = await openSqliteEventStore(logFileIn(configuration), {
      onChange: (change) => logChange(log, change),
    });
    return { eventStore: store, eventStoreProbe: store };
  }
  const store = await openConfigured(configuration.eventStore, {
    whenUnreachable: 'keep-trying',
    onDrop: (drop) => log.warn(drop, 'a subscription to EventStoreDB was dropped and resumes'),
    onContact: (change) => {
      if (change.state === 'usable') log.info(change, 'EventStoreDB can be used again');
      else log.error(change, 'EventStoreDB cannot be used; calls to it are tried on');
    },
  });
  return { eventStore: store, eventStoreProbe: store };
}

/** Opens the read models where they are configured to be. */
export const openViews = ({ views, dataDir }: Configuration): Promise<ViewDatabase> =>
  views === 'sqlite'
    ? openSqliteViews(join(dataDir, 'views.db'), PROJECTIONS)
    : openPostgresViews(views, PROJECTIONS);
