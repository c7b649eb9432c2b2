import { describe, it } from '@jest/globals';
import { ScriptedEventStoreDb } from '../support/eventstoredb/scripted-server.js';
import { observeEventStoreDb } from './observations.suite.js';

const realServer = process.env['DOCKET_TEST_EVENTSTOREDB'] ?? '';

observeEventStoreDb('scripted', async () => {
  const server = await ScriptedEventStoreDb.start();
  return { connectionString: server.connectionString, release: () => server.close() };
});

if (realServer === '') {
  describe('EventStoreDB, real:', () => {
    it.todo('is not asked: DOCKET_TEST_EVENTSTOREDB holds no connection string');
  });
} else {
  observeEventStoreDb('real', async () => ({
    connectionString: realServer,
    release: async () => {},
  }));
}
