import { setTimeout as sleep } from 'node:timers/promises';
import { ScriptedEventStoreDb } from '../../support/eventstoredb/scripted-server.js';
import type { Random } from '../random.js';
import type { StoreServer } from './store-server.js';

const LAST_WORDS = 60;

/** The scripted EventStoreDB in this process: it dies with appends under way, some of them written, none answered. */
export async function startScriptedStoreServer(random: Random): Promise<StoreServer> {
  const server = await ScriptedEventStoreDb.start();
  return {
    connectionString: server.connectionString,
    async kill() {
      server.holdAppends();
      await sleep(random.between(0, LAST_WORDS));
      await server.stop({ committed: random.between(0, server.heldAppends) });
    },
    startAgain: () => server.startAgain(),
    close: () => server.close(),
  };
}
