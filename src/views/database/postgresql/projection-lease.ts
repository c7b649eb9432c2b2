import pg, { type Client } from 'pg';
import type { ProjectionLease } from '../view-database.js';
import { PROJECTION_LOCK } from './advisory-locks.js';
import type { Connection } from './connection-string.js';
import { beginSession, clientSettings } from './session.js';

/** Milliseconds between two proofs that the connection which the right hangs on still stands. */
const PROOFS_EVERY = 2_000;
const PROOF_TIMEOUT = 5_000;

/** The server takes the right from a process that lives but is frozen: it gets no proof in this time. */
const SETTINGS = { idle_session_timeout: '10000' };

/** Asks for the right to project over a connection of its own, since the right ends with the connection. */
export interface Candidacy {
  /** Resolves to null while another process has the right. */
  tryLease(): Promise<ProjectionLease | null>;
  close(): Promise<void>;
}

export function candidacy(connection: Connection): Candidacy {
  let waiting: Client | null = null;
  return {
    async tryLease() {
      const client = waiting ?? (await connect(connection));
      waiting = null;
      try {
        if (await locks(client)) return leaseOver(client);
      } catch (error) {
        await client.end();
        throw error;
      }
      waiting = client;
      return null;
    },
    async close() {
      const client = waiting;
      waiting = null;
      await client?.end();
    },
  };
}

async function connect(connection: Connection): Promise<Client> {
  const client = new pg.Client({ ...clientSettings(connection), query_timeout: PROOF_TIMEOUT });
  client.on('error', () => {});
  try {
    await client.connect();
    await beginSession(client, SETTINGS);
  } catch (error) {
    await client.end();
    throw error;
  }
  return client;
}

async function locks(client: Client): Promise<boolean> {
  const { rows } = await client.query<{ granted: boolean }>(
    `select pg_try_advisory_lock(${PROJECTION_LOCK}) as granted`,
  );
  return rows[0]?.granted === true;
}

function leaseOver(client: Client): ProjectionLease {
  const lost = new AbortController();
  const lose = () => lost.abort();
  client.once('end', lose);
  const proofs = setInterval(() => void client.query('select 1').catch(lose), PROOFS_EVERY).unref();
  return {
    lost: lost.signal,
    async release() {
      clearInterval(proofs);
      await client.end();
    },
  };
}
