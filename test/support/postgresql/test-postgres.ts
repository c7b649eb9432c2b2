import { rm } from 'node:fs/promises';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { freePort } from '../../../src/openclaw/managed-gateway/free-port.js';
import {
  createCluster,
  startServer,
  writeServerFile,
  type Cluster,
  type ServerProcess,
} from './server-process.js';

const SUPERUSER = 'postgres';
const OWNER = 'docket';
/** The server listens at loopback only and is gone after the tests. */
const PASSWORD = 'a password: of/the tests@?';
const PATIENCE = 30_000;

/** A real PostgreSQL server of one spec's own. */
export interface TestPostgres {
  readonly port: number;
  /** Makes an empty schema and resolves to the connection string of its owner, who has no other rights. */
  freshSchema(): Promise<string>;
  /** Runs statements as the superuser; resolves to the rows of the last. */
  query(text: string): Promise<readonly Record<string, unknown>[]>;
  /** From now on it also speaks TLS, with this certificate (PEM). */
  offerTls(certificate: string, privateKey: string): Promise<void>;
  /** Ends the server as a crash would. */
  crash(): Promise<void>;
  /** Starts it again on the data that it has. */
  restart(): Promise<void>;
  close(): Promise<void>;
}

/** Installs PostgreSQL where that has not been done, and starts it on a free port of 127.0.0.1. */
export async function startPostgres(): Promise<TestPostgres> {
  const cluster = await createCluster(SUPERUSER, PASSWORD);
  const port = await freePort();
  let server = await ready(cluster, port);
  let schemas = 0;
  const query = (text: string) => queryAt(port, text);
  await query(`create role ${OWNER} login password '${PASSWORD}'`);
  return {
    port,
    query,
    async freshSchema() {
      const schema = `Views ${(schemas += 1)}`;
      await query(`create schema "${schema}" authorization ${OWNER}`);
      return connectionString(port, schema);
    },
    async offerTls(certificate, privateKey) {
      await writeServerFile(cluster, 'server.crt', certificate);
      await writeServerFile(cluster, 'server.key', privateKey);
      await query('alter system set ssl = on');
      await query('select pg_reload_conf()');
    },
    crash: () => server.end('keep'),
    async restart() {
      server = await ready(cluster, port);
    },
    async close() {
      await server.end('remove');
      await rm(cluster.folder, { recursive: true, force: true });
    },
  };
}

function connectionString(port: number, schema: string): string {
  const url = new URL(`postgres://127.0.0.1:${port}/postgres`);
  url.username = OWNER;
  url.password = encodeURIComponent(PASSWORD);
  url.searchParams.set('options', `-c search_path="${schema.replaceAll(' ', '\\ ')}"`);
  return url.href;
}

async function ready(cluster: Cluster, port: number): Promise<ServerProcess> {
  const server = startServer(cluster, port);
  const due = Date.now() + PATIENCE;
  let log: string | null = null;
  void server.ended.then((text) => (log = text));
  for (;;) {
    try {
      await queryAt(port, 'select 1');
      return server;
    } catch (cause) {
      if (log !== null) throw new Error(`PostgreSQL did not start: ${String(log)}`, { cause });
      if (Date.now() > due) throw cause;
      await sleep(20);
    }
  }
}

async function queryAt(port: number, text: string): Promise<readonly Record<string, unknown>[]> {
  const user = { user: SUPERUSER, password: PASSWORD, database: 'postgres' };
  const client = new pg.Client({ host: '127.0.0.1', port, ...user });
  client.on('error', () => {});
  try {
    await client.connect();
    const { rows } = await client.query<Record<string, unknown>>(text);
    return rows;
  } finally {
    await client.end();
  }
}
