import { readFileSync } from 'node:fs';
import type { ClientConfig } from 'pg';
import { z } from 'zod';
import { ConfigurationError } from '../../../runtime/configuration.error.js';

/** The part of a `pg` configuration that comes from a connection string. */
export type Connection = Pick<
  ClientConfig,
  'host' | 'port' | 'user' | 'password' | 'database' | 'ssl' | 'options'
>;

const file = z.string().min(1, 'expected the name of a file').transform(readCertificate);

/** Whatever is not here would be ignored in silence. */
const parameters = z.strictObject(
  {
    /** Without it the connection is not encrypted. All but `disable` check the certificate and the host's name. */
    sslmode: z
      .enum(['disable', 'require', 'verify-ca', 'verify-full'], {
        error:
          'expected verify-full (require and verify-ca mean the same here) or disable; no other protects the password',
      })
      .default('disable'),
    sslrootcert: file.optional(),
    sslcert: file.optional(),
    sslkey: file.optional(),
    /** Settings of the session, for instance `-c search_path=docket`. */
    options: z.string().optional(),
  },
  { error: (issue) => (issue.code === 'unrecognized_keys' ? 'no such parameter' : undefined) },
);
type Parameters = z.infer<typeof parameters>;

/**
 * Reads `postgres://user:password@host:port/database?parameters`; throws `ConfigurationError` in one line that never repeats a
 * value. User and database must be named; without a password `pg` takes the one of `PGPASSWORD`. A host that begins with a
 * slash (`%2F`) is the folder of a Unix socket.
 */
export function readConnectionString(text: string): Connection {
  const url = urlOf(text);
  const given = parametersOf(url);
  return {
    host: hostOf(url),
    port: url.port === '' ? 5432 : Number(url.port),
    user: part(url.username, 'the user'),
    database: part(url.pathname.slice(1), 'the database'),
    ...(url.password !== '' && { password: decoded(url.password, 'the password') }),
    ssl: tlsOf(given),
    ...(given.options !== undefined && { options: given.options }),
  };
}

function urlOf(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : null;
  if (!url || !/^postgres(ql)?:$/.test(url.protocol)) {
    throw wrong(
      'expected `sqlite` or postgres://user:password@host:port/database, with other characters than letters and digits percent-encoded',
    );
  }
  return url;
}

function parametersOf(url: URL): Parameters {
  const names = [...url.searchParams.keys()];
  const twice = names.find((name, at) => names.indexOf(name) !== at);
  if (twice !== undefined) throw wrong(`${twice} is given twice`);
  const result = parameters.safeParse(Object.fromEntries(url.searchParams));
  if (result.success) return result.data;
  throw wrong(result.error.issues.map(describe).join('; '));
}

const describe = (issue: z.core.$ZodIssue): string =>
  issue.code === 'unrecognized_keys'
    ? `${issue.keys.map((name) => JSON.stringify(name)).join(', ')}: ${issue.message}`
    : `${issue.path.join('.')}: ${issue.message}`;

function hostOf({ hostname }: URL): string {
  const host = part(hostname, 'the host').replace(/^\[(.+)\]$/, '$1');
  if (host.includes(',')) throw wrong('expected one host');
  return host;
}

function part(encoded: string, what: string): string {
  if (encoded === '') throw wrong(`${what} is missing`);
  return decoded(encoded, what);
}

function decoded(encoded: string, what: string): string {
  try {
    return decodeURIComponent(encoded);
  } catch {
    throw wrong(`${what} is not percent-encoded correctly`);
  }
}

function tlsOf({ sslmode, sslrootcert, sslcert, sslkey }: Parameters): Connection['ssl'] {
  const files = { ca: sslrootcert, cert: sslcert, key: sslkey };
  const isSet = Object.values(files).some((content) => content !== undefined);
  if (sslmode === 'disable' && isSet) throw wrong('certificates need sslmode=verify-full');
  if ((sslcert === undefined) !== (sslkey === undefined)) {
    throw wrong('sslcert and sslkey go together');
  }
  return sslmode === 'disable' ? false : { ...files, rejectUnauthorized: true };
}

function readCertificate(name: string, context: z.RefinementCtx): string {
  try {
    return readFileSync(name, 'utf8');
  } catch {
    context.addIssue({ code: 'custom', message: 'the file cannot be read' });
    return z.NEVER;
  }
}

const wrong = (why: string): ConfigurationError => new ConfigurationError(`DOCKET_VIEWS: ${why}`);
