import { setTimeout as sleep } from 'node:timers/promises';
import type { Random } from '../random.js';
import type { StoreServer } from '../stage/store-server.js';

const BEFORE_START = 0.2;
const WHILE_SERVING = 0.5;

/** A server that is killed, if it is, and that comes back by itself. */
export interface ServerKill {
  readonly isKilled: boolean;
  /** Resolves once the server is there again. */
  readonly isBack: Promise<void>;
}

const spared: ServerKill = { isKilled: false, isBack: Promise.resolve() };

/** In some rounds the service starts while the server of its event log is away; resolves once that is so. */
export async function killBeforeStart(
  server: StoreServer | null,
  random: Random,
): Promise<ServerKill> {
  if (!server?.kill || !random.chance(BEFORE_START)) return spared;
  await server.kill();
  return killed(comesBack(server, random.between(100, 2_000)));
}

/**
 * In some rounds the server dies under the service, before it or together with it. A real one may take longer to come back
 * from its last death than the service takes to start.
 */
export function killWhileServing(
  server: StoreServer | null,
  random: Random,
  last: ServerKill,
): ServerKill {
  if (!server?.kill || !random.chance(WHILE_SERVING)) return spared;
  const { kill } = server;
  const diesAndComesBack = async () => {
    const [diesAfter, backAfter] = [random.between(0, 400), random.between(0, 500)];
    await last.isBack;
    await sleep(diesAfter);
    await kill();
    await comesBack(server, backAfter);
  };
  return killed(diesAndComesBack());
}

function killed(isBack: Promise<void>): ServerKill {
  // Whoever waits for it is told.
  isBack.catch(() => {});
  return { isKilled: true, isBack };
}

async function comesBack(server: StoreServer, after: number): Promise<void> {
  await sleep(after);
  await server.startAgain();
}
