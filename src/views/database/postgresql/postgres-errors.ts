import pg from 'pg';
import { z } from 'zod';
import { ConfigurationError } from '../../../runtime/configuration.error.js';
import { ViewError } from '../../view-error.js';

/**
 * SQLSTATE classes and codes of a server that cannot help it, or only later: connection lost, out of resources, stopping or starting,
 * canceled, deadlock, a lock or an idle transaction that took too long.
 */
const AWAY = /^(?:08|53|57|58|XX)|^(?:40001|40P01|55P03|25P03)$/;

/** What `pg` and its pool throw as plain errors when a connection is lost or slow. */
const LOST =
  /^(?:Connection terminated|timeout e|Query read timeout|Client (?:has encountered a connection error|was closed)|Postgres connection has been discarded)/;

const NETWORK = /^E[A-Z_]+$/;

/** Why the server will go on to refuse, whatever is tried: the operator has to act. */
const REFUSALS: readonly (readonly [RegExp, string])[] = [
  [/^28/, 'the server refuses this user or password'],
  [/^3D000$/, 'the server has no such database'],
  [/^42501$/, 'the user lacks the rights to create and use tables in that schema'],
  [/^25006$/, 'the server takes no changes: it is a standby, or set to read only'],
  [/^(?:22023|42704|42601)$/, 'the server does not take the settings in options'],
];

const TLS_CODE =
  /^(?:ERR_(?:TLS|SSL|OSSL)|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|HOSTNAME_|ERR_CRYPTO)/;

/** What is thrown where views are prepared and written: rows never get into it, since it goes into the log. */
export function writeError(error: unknown): unknown {
  if (isAway(error)) return unavailable(error);
  return error instanceof pg.DatabaseError ? withoutRows(error) : error;
}

/** What is thrown where views are read: whoever asked learns that it can be tried again, and nothing of the server. */
export function readError(error: unknown): unknown {
  const isMissing = failureOf(error).code === '42P01';
  return isAway(error) || isMissing || refusalOf(error) ? unavailable(error) : writeError(error);
}

/** What is thrown where a connection is made or views are prepared; a `ConfigurationError` where the operator has to act. */
export const openError = (error: unknown): unknown => refusalOf(error) ?? writeError(error);

/** Whether the database may come back by itself. */
export const isUnavailable = (error: unknown): boolean =>
  error instanceof ViewError && error.code === 'views-unavailable';

const unavailable = (error: unknown): ViewError =>
  new ViewError('views-unavailable', 'The database of the read models does not answer.', {
    cause: error instanceof pg.DatabaseError ? withoutRows(error) : error,
  });

function isAway(error: unknown): boolean {
  const { code, message } = failureOf(error);
  if (error instanceof pg.DatabaseError) return AWAY.test(code);
  return NETWORK.test(code) || LOST.test(message);
}

function refusalOf(error: unknown): ConfigurationError | null {
  const { code, message } = failureOf(error);
  const known = error instanceof pg.DatabaseError && REFUSALS.find(([codes]) => codes.test(code));
  if (known) return refused(known[1]);
  if (TLS_CODE.test(code)) return refused(`the server's certificate is not accepted (${code})`);
  if (/does not support SSL/.test(message)) return refused('the server does not offer TLS');
  if (message.startsWith('SASL')) return refused('the server asks for another password');
  return null;
}

const refused = (why: string): ConfigurationError => new ConfigurationError(`DOCKET_VIEWS: ${why}`);

/** The message names tables and columns; `detail` and `where` may hold whole rows. */
const withoutRows = ({ code, message }: pg.DatabaseError): Error =>
  new Error(`PostgreSQL ${code}: ${message}`);

/** What the server, the driver and the system have in common. */
const failure = z.object({ code: z.string().catch(''), message: z.string().catch('') });

const failureOf = (error: unknown): z.infer<typeof failure> =>
  failure.safeParse(error).data ?? { code: '', message: '' };
