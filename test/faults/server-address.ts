import { connect } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';

const LOOPBACK = /^(esdb:\/\/(?:[^@/]*@)?(?:127\.0\.0\.1|localhost):)(\d+)(?=[/?]|$)/;
const LOOK_AGAIN_MILLISECONDS = 50;

/** Where one server on this machine is reached. */
export interface ServerAddress {
  readonly port: number;
  /** The same server behind another port. */
  through(port: number): string;
}

/** Undefined unless the connection string names one host, on this machine, with its port. */
export function parseServerAddress(connectionString: string): ServerAddress | undefined {
  const [, before = '', port] = LOOPBACK.exec(connectionString) ?? [];
  if (port === undefined) return undefined;
  return {
    port: Number(port),
    through: (other) => connectionString.replace(before + port, before + String(other)),
  };
}

/** Whether somebody takes connections at this port. */
export function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    const answer = (is: boolean) => {
      socket.destroy();
      resolve(is);
    };
    socket.once('connect', () => answer(true));
    socket.once('error', () => answer(false));
  });
}

/** Resolves to whether somebody takes connections before the time is over or `isHopeless` says so. */
export async function listensWithin(
  port: number,
  milliseconds: number,
  isHopeless: () => boolean,
): Promise<boolean> {
  const end = performance.now() + milliseconds;
  while (performance.now() < end && !isHopeless()) {
    if (await isListening(port)) return true;
    await sleep(LOOK_AGAIN_MILLISECONDS);
  }
  return false;
}
