import { describe, it } from '@jest/globals';
import { ScriptedEventStoreDb } from '../../../test/support/eventstoredb/scripted-server.js';
import { describeEventStore } from '../event-store.contract.js';
import { openEventStoreDb } from './eventstoredb-event-store.js';

const realServer = process.env['DOCKET_TEST_EVENTSTOREDB'] ?? '';

describeEventStore('EventStoreDB, scripted,', async () => {
  const server = await ScriptedEventStoreDb.start();
  return {
    open: () => openEventStoreDb(server.connectionString),
    release: () => server.close(),
  };
});

if (realServer === '') {
  describe('EventStoreDB, real,', () => {
    it.todo('is not asked: DOCKET_TEST_EVENTSTOREDB holds no connection string');
  });
} else {
  describeEventStore('EventStoreDB, real,', async () => ({
    open: () => openEventStoreDb(realServer),
    release: async () => {},
  }));
}
