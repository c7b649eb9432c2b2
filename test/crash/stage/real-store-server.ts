import { setTimeout as sleep } from 'node:timers/promises';
import { openEventStoreDb } from '../../../src/event-store/eventstoredb/eventstoredb-event-store.js';
import { isListening, listensWithin, parseServerAddress } from '../../faults/server-address.js';
import { ServerProcess } from '../../faults/server-process.js';
import type { StoreServer } from './store-server.js';

const START_WITHIN = 60_000;
const END_WITHIN = 5_000;
const LOOK_AGAIN = 100;
const NOT_EMPTY = 'The log of the server is not empty.';

/**
 * An EventStoreDB that `command` runs in the foreground, with an empty log of its own on a disk; nobody else may use it.
 * Throws with one line when it cannot be had.
 */
export async function startRealStoreServer(
  connectionString: string,
  command: string,
): Promise<StoreServer> {
  const port = parseServerAddress(connectionString)?.port;
  if (port === undefined) {
    throw new Error(
      '--store has to name one server on this machine, as in esdb://127.0.0.1:2113?tls=false.',
    );
  }
  if (await isListening(port))
    throw new Error(`Port ${port} is taken by a server not of this test.`);
  let server = new ServerProcess(command);
  const answers = () => untilItAnswers(connectionString, port, () => server);
  const kill = async () => {
    server.signal('SIGKILL');
    await server.ended(END_WITHIN);
  };
  try {
    await answers();
    if (!(await isEmpty(connectionString))) throw new Error(NOT_EMPTY);
  } catch (error) {
    await kill();
    throw error;
  }
  return {
    connectionString,
    kill,
    async startAgain() {
      server = new ServerProcess(command);
      await answers();
    },
    close: kill,
  };
}

/** An EventStoreDB that somebody else runs, with an empty log; it is not killed. Throws when it cannot be had. */
export async function useStoreServer(connectionString: string): Promise<StoreServer> {
  if (!(await isEmpty(connectionString))) throw new Error(NOT_EMPTY);
  return {
    connectionString,
    kill: null,
    startAgain: async () => {},
    close: async () => {},
  };
}

async function untilItAnswers(
  connectionString: string,
  port: number,
  server: () => ServerProcess,
): Promise<void> {
  const end = Date.now() + START_WITHIN;
  if (await listensWithin(port, START_WITHIN, () => !server().isRunning)) {
    while (Date.now() < end) {
      const answered = await isEmpty(connectionString).catch(() => null);
      if (answered !== null) return;
      await sleep(LOOK_AGAIN);
    }
  }
  throw new Error(`The server does not answer: ${server().output}`);
}

async function isEmpty(connectionString: string): Promise<boolean> {
  const store = await openEventStoreDb(connectionString);
  try {
    return (await store.head()) === null;
  } finally {
    await store.close();
  }
}
