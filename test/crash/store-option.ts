import { endServersWithThisProcess } from '../faults/server-process.js';
import { randomOf } from './random.js';
import { startRealStoreServer, useStoreServer } from './stage/real-store-server.js';
import { startScriptedStoreServer } from './stage/scripted-store-server.js';
import type { StoreServer } from './stage/store-server.js';

/** What starts the server that `--store` asks for; null for the event log in the data directory. */
export function serverStarter(
  store: string,
  seed: number,
): ((index: number) => Promise<StoreServer>) | null {
  if (store === 'sqlite') return null;
  if (store === 'scripted')
    return (index) => startScriptedStoreServer(randomOf(seed, index, 'server'));
  if (!store.startsWith('esdb://')) {
    throw new Error('--store has to be sqlite, scripted, or the esdb:// address of a server.');
  }
  const command = process.env['DOCKET_TEST_EVENTSTOREDB_COMMAND']?.trim() ?? '';
  if (command === '') return () => useStoreServer(store);
  endServersWithThisProcess();
  return () => startRealStoreServer(store, command);
}
