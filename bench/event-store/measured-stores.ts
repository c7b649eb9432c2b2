import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { EventStore } from '../../src/event-store/event-store.js';
import { openEventStoreDb } from '../../src/event-store/eventstoredb/eventstoredb-event-store.js';
import { createInMemoryEventStore } from '../../src/event-store/in-memory/in-memory-event-store.js';
import { openSqliteEventStore } from '../../src/event-store/sqlite/sqlite-event-store.js';
import { ScriptedEventStoreDb } from '../../test/support/eventstoredb/scripted-server.js';

/** A store to be measured; `release` closes it and frees what was made for it. */
export interface MeasuredStore {
  readonly name: string;
  readonly store: EventStore;
  release(): Promise<void>;
}

const SERVER = process.env['DOCKET_TEST_EVENTSTOREDB'] ?? '';

/**
 * One of each adapter. EventStoreDB is the server that DOCKET_TEST_EVENTSTOREDB names; without it the scripted one
 * stands in, which shares this process and keeps nothing on a disk: its figures are those of the adapter alone.
 */
export const openMeasuredStores = (): Promise<readonly MeasuredStore[]> =>
  Promise.all([inMemory(), sqlite(), SERVER === '' ? scriptedServer() : realServer()]);

async function inMemory(): Promise<MeasuredStore> {
  const store = createInMemoryEventStore();
  return { name: 'in memory', store, release: () => store.close() };
}

async function sqlite(): Promise<MeasuredStore> {
  const folder = await mkdtemp(join(tmpdir(), 'docket-bench-'));
  const store = await openSqliteEventStore(join(folder, 'events.db'));
  return {
    name: 'SQLite (synchronous=FULL)',
    store,
    async release() {
      await store.close();
      await rm(folder, { recursive: true });
    },
  };
}

async function scriptedServer(): Promise<MeasuredStore> {
  const server = await ScriptedEventStoreDb.start();
  const store = await openEventStoreDb(server.connectionString);
  return {
    name: 'EventStoreDB, scripted stand-in',
    store,
    async release() {
      await store.close();
      await server.close();
    },
  };
}

async function realServer(): Promise<MeasuredStore> {
  const store = await openEventStoreDb(SERVER);
  return { name: 'EventStoreDB', store, release: () => store.close() };
}
