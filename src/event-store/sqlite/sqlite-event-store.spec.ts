import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describeEventStore } from '../event-store.contract.js';
import { openSqliteEventStore } from './sqlite-event-store.js';

describeEventStore('The SQLite store', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'docket-events-'));
  return {
    open: () => openSqliteEventStore(join(folder, 'events.db')),
    release: () => rm(folder, { recursive: true }),
  };
});
