import { EventStoreError } from '../event-store.errors.js';

/** What the adapter has to know of a connection string; the client reads the rest of it itself. */
export interface EventStoreDbAddress {
  /** As it was given: it may hold a password, so it belongs in no message. */
  readonly connectionString: string;
  /** The hosts alone, fit to be shown. */
  readonly hosts: string;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
}

const SHAPE = /^(esdb|esdb\+discover):\/\/(?:([^@/?]+)@)?([^@/?]+)\/?(?:\?(.*))?$/;

/** The options that the client knows, written as `optionName` compares them. */
const KNOWN_OPTIONS: ReadonlySet<string> = new Set([
  'tls',
  'tlsverifycert',
  'tlscafile',
  'connectionname',
  'maxdiscoverattempts',
  'discoveryinterval',
  'gossiptimeout',
  'nodepreference',
  'defaultdeadline',
  'throwonappendfailure',
  'keepaliveinterval',
  'keepalivetimeout',
]);

/**
 * Reads an `esdb://` connection string and refuses what cannot work with this client;
 * throws `EventStoreError` with `invalid` and one line that names no password.
 */
export function parseConnectionString(text: string): EventStoreDbAddress {
  const connectionString = text.trim();
  const [, scheme, userInfo, hosts = '', query = ''] = SHAPE.exec(connectionString) ?? [];
  if (scheme === undefined) throw refused('it is not of the form esdb://user:password@host:2113');
  const options = parseOptions(query);
  const credentials = userInfo === undefined ? undefined : parseCredentials(userInfo);
  refuseHosts(scheme, hosts);
  refuseOptions(options);
  refuseTransport(options.get('tls') !== 'false', credentials !== undefined);
  return { connectionString, hosts, credentials };
}

function parseOptions(query: string): ReadonlyMap<string, string> {
  const options = new Map<string, string>();
  for (const part of query.split('&').filter((each) => each !== '')) {
    const [name = '', value = ''] = part.split('=');
    const key = optionName(name);
    if (!KNOWN_OPTIONS.has(key)) throw refused(`it has no option ${JSON.stringify(name)}`);
    options.set(key, value.trim());
  }
  return options;
}

const optionName = (name: string): string => name.trim().toLowerCase().replace(/[_-]/g, '');

function parseCredentials(userInfo: string): NonNullable<EventStoreDbAddress['credentials']> {
  const [username = '', password = '', ...rest] = userInfo.split(':');
  if (username === '' || password === '' || rest.length > 0) {
    throw refused('before the @ stand user:password, each percent-encoded');
  }
  try {
    return {
      username: decodeURIComponent(username),
      password: decodeURIComponent(password),
    };
  } catch {
    throw refused('its user or password is not percent-encoded');
  }
}

function refuseHosts(scheme: string, hosts: string): void {
  for (const host of hosts.split(',')) {
    if (!/^[\w.-]+(?::\d{1,5})?$/.test(host)) throw refused('a host is not of the form name:port');
  }
  if (scheme === 'esdb+discover' && hosts.includes(',')) {
    throw refused('esdb+discover takes one DNS name; several hosts are esdb://a:2113,b:2113');
  }
}

function refuseOptions(options: ReadonlyMap<string, string>): void {
  if (options.get('tlsverifycert') === 'false') {
    throw refused('the client ignores tlsVerifyCert=false; name your authority with tlsCAFile');
  }
  if (options.get('throwonappendfailure') === 'false') {
    throw refused('throwOnAppendFailure=false would hide refused appends');
  }
}

function refuseTransport(isSecure: boolean, hasCredentials: boolean): void {
  if (!isSecure && hasCredentials) {
    throw refused('with tls=false its user and password would be dropped without a word');
  }
  if (isSecure && !hasCredentials) {
    throw refused('with TLS it needs a user and password (tls=false is for an insecure server)');
  }
}

const refused = (why: string): EventStoreError =>
  new EventStoreError('invalid', `The EventStoreDB connection string cannot be used: ${why}.`);
