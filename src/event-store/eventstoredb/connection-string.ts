import { EventStoreError } from '../event-store.errors.js';
import { connectionOptions, type ConnectionOptions } from './connection-options.js';

export interface NodeAddress {
  /** A name, an IPv4 address, or an IPv6 address in brackets. */
  readonly address: string;
  readonly port: number;
}

/** What a connection string says. */
export interface EventStoreDbAddress {
  /** The nodes as they were written, fit to be shown. */
  readonly hosts: string;
  /** A single node, the seeds of a cluster, or the one DNS name behind which a cluster is looked for. */
  readonly nodes: readonly NodeAddress[];
  readonly isDnsName: boolean;
  readonly credentials: { readonly username: string; readonly password: string } | undefined;
  readonly options: ConnectionOptions;
}

const SHAPE = /^(esdb|esdb\+discover):\/\/(?:([^@/?]+)@)?([^@/?]+)\/*(?:\?([^@]*))?$/;
const HOST = /^([\w.-]+|\[[\da-f:.]+\])(?::(\d{1,5}))?$/i;
const DEFAULT_PORT = 2113;

/**
 * Reads an `esdb://` connection string and refuses what cannot work with this client;
 * throws `EventStoreError` with `invalid` and one line that names no password.
 */
export function parseConnectionString(text: string): EventStoreDbAddress {
  const [, scheme, userInfo, hosts = '', query = ''] = SHAPE.exec(text.trim()) ?? [];
  if (scheme === undefined) {
    throw refused(
      'it is not of the form esdb://user:password@host:2113?option=value, with @ / ? % elsewhere percent-encoded',
    );
  }
  const isDnsName = scheme === 'esdb+discover';
  const credentials = userInfo === undefined ? undefined : parseCredentials(userInfo);
  const nodes = hosts.split(',').map(parseHost);
  refuseHosts(nodes, isDnsName);
  const options = parseOptions(query);
  refuseTransport(options, credentials !== undefined);
  return { hosts, nodes, isDnsName, credentials, options };
}

function parseCredentials(userInfo: string): NonNullable<EventStoreDbAddress['credentials']> {
  const [username = '', password = '', ...rest] = userInfo.split(':');
  if (username === '' || password === '' || rest.length > 0) {
    throw refused('before the @ stand user:password, each percent-encoded');
  }
  return {
    username: decode(username, 'its user'),
    password: decode(password, 'its password'),
  };
}

function parseHost(text: string): NodeAddress {
  const [, address, port = String(DEFAULT_PORT)] = HOST.exec(text) ?? [];
  if (address === undefined || Number(port) < 1 || Number(port) > 65_535) {
    throw refused('a host is not of the form name:port');
  }
  return { address, port: Number(port) };
}

function refuseHosts(nodes: readonly NodeAddress[], isDnsName: boolean): void {
  if (isDnsName && nodes.length > 1) {
    throw refused('esdb+discover takes one DNS name; several hosts are esdb://a:2113,b:2113');
  }
  if ((isDnsName || nodes.length > 1) && nodes.some(({ address }) => address.startsWith('['))) {
    throw refused('the client finds no cluster by IPv6 addresses; give its nodes names');
  }
}

const OPTION_NAMES: ReadonlyMap<string, string> = new Map(
  Object.keys(connectionOptions.shape).map((name) => [name.toLowerCase(), name]),
);

function parseOptions(query: string): ConnectionOptions {
  const given = new Map<string, string>();
  for (const part of query.split('&').filter((each) => each !== '')) {
    const [written = '', ...value] = part.split('=');
    const name = OPTION_NAMES.get(plain(written));
    if (name === undefined) throw refused(`it has no option ${shown(written)}`);
    if (given.has(name)) throw refused(`it has ${name} twice`);
    given.set(name, decode(value.join('='), name).trim());
  }
  normaliseNodePreference(given);
  const { data, error } = connectionOptions.safeParse(Object.fromEntries(given));
  if (data !== undefined) return data;
  const { path, message } = error.issues[0] ?? { path: [], message: '' };
  throw refused(`${path.join('.')}: ${message}`);
}

const plain = (name: string): string => name.trim().toLowerCase().replace(/[_-]/g, '');

/** The client takes the preferences in any case and with any separators. */
function normaliseNodePreference(given: Map<string, string>): void {
  const preference = given.get('nodePreference');
  if (preference === undefined) return;
  const name = plain(preference);
  given.set('nodePreference', name === 'readonlyreplica' ? 'read_only_replica' : name);
}

/** What is no word may be part of a password that was not encoded. */
const shown = (name: string): string =>
  /^[A-Za-z_-]{1,40}$/.test(name.trim()) ? JSON.stringify(name.trim()) : 'of the name it gives';

function refuseTransport(options: ConnectionOptions, hasCredentials: boolean): void {
  const { tls, tlsCAFile, userCertFile, userKeyFile } = options;
  if ((userCertFile === undefined) !== (userKeyFile === undefined)) {
    throw refused('userCertFile and userKeyFile go together');
  }
  const hasCertificate = userCertFile !== undefined;
  if (!tls && hasCredentials) {
    throw refused('with tls=false its user and password would be dropped without a word');
  }
  if (!tls && (hasCertificate || tlsCAFile !== undefined)) {
    throw refused('with tls=false its certificates would be dropped without a word');
  }
  if (tls && !hasCredentials && !hasCertificate) {
    throw refused(
      'with TLS it needs a user and password, or userCertFile and userKeyFile (tls=false is for an insecure server)',
    );
  }
}

function decode(text: string, what: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refused(`${what} is not percent-encoded`);
  }
}

const refused = (why: string): EventStoreError =>
  new EventStoreError('invalid', `The EventStoreDB connection string cannot be used: ${why}.`);
