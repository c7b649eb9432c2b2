import type { ClientBase, ClientConfig } from 'pg';
import { z } from 'zod';
import { ConfigurationError } from '../../../runtime/configuration.error.js';
import type { Connection } from './connection-string.js';

/** Milliseconds that a statement may take; reports read everything in their range. */
const STATEMENT_TIMEOUT = 30_000;
/** Milliseconds behind which a server that does not answer counts as gone. */
const ANSWER_TIMEOUT = STATEMENT_TIMEOUT + 5_000;
const CONNECT_TIMEOUT = 5_000;
/** Milliseconds that a transaction may wait for the process that began it, which may be frozen. */
const IDLE_TRANSACTION_TIMEOUT = 10_000;
/** Milliseconds of silence until either side asks the other whether it is still there. */
const KEEP_ALIVE = 5_000;

/** How every connection is made. */
export const clientSettings = (connection: Connection): ClientConfig => ({
  ...connection,
  application_name: 'docket',
  connectionTimeoutMillis: CONNECT_TIMEOUT,
  query_timeout: ANSWER_TIMEOUT,
  keepAlive: true,
  keepAliveInitialDelayMillis: KEEP_ALIVE,
});

/** Settings of PostgreSQL by their names. */
export type SessionSettings = Readonly<Record<string, string>>;

/** The server notices within about 11 seconds that a client's machine is gone, and lets go of what that one had locked. */
const SETTINGS: SessionSettings = {
  tcp_keepalives_idle: '5',
  tcp_keepalives_interval: '2',
  tcp_keepalives_count: '3',
  statement_timeout: `${STATEMENT_TIMEOUT}`,
  idle_in_transaction_session_timeout: `${IDLE_TRANSACTION_TIMEOUT}`,
};

const place = z.object({ schema: z.string().nullable(), encoding: z.string() });

/**
 * Sets a new connection up: its bounds, its own settings, and the one schema that it works in, so that no table of another one is ever met. Throws
 * `ConfigurationError` where there is no such schema or the database is not UTF-8.
 */
export async function beginSession(client: ClientBase, own: SessionSettings): Promise<void> {
  // Without a listener a connection that is lost between two queries would end the process; the next query meets the loss.
  client.on('error', () => {});
  const { rows } = await client.query(
    `select current_schema() as schema, current_setting('server_encoding') as encoding,
      set_config('search_path', quote_ident(current_schema()), false),
      (select count(set_config(key, value, false)) from json_each_text($1::json))`,
    [JSON.stringify({ ...SETTINGS, ...own })],
  );
  const { schema, encoding } = place.parse(rows[0]);
  if (schema === null) throw wrong('the schema that search_path names does not exist; create it');
  if (encoding !== 'UTF8') throw wrong(`the database's encoding is ${encoding}; it must be UTF8`);
}

const wrong = (why: string): ConfigurationError => new ConfigurationError(`DOCKET_VIEWS: ${why}`);
