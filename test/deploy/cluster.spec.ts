import { describe, expect, it } from '@jest/globals';
import { parseConnectionString } from '../../src/event-store/eventstoredb/connection-string.js';
import { openKeyFile } from '../../src/identity/key-file.js';
import { readConnectionString } from '../../src/views/database/postgresql/connection-string.js';
import { interpolated, readComposeFile, type ComposeService } from './compose-file.js';
import { readDockerfile } from './dockerfile.js';

const { services } = readComposeFile();
const named = (name: string): ComposeService => services[name]!;
const nodes = ['eventstore-1', 'eventstore-2', 'eventstore-3'];
const replicas = [named('docket-1'), named('docket-2')];
const addressOf = (node: string): string => `${node}:2113`;
const volumeAt = (service: ComposeService, path: string): string | undefined =>
  service.volumes.find((volume) => volume.split(':')[1] === path);

const storeOf = ({ environment }: ComposeService) =>
  parseConnectionString(interpolated(environment['DOCKET_EVENT_STORE']!, 'secret'));

describe('The cluster of the compose file', () => {
  it('consists of three nodes that know each other and go by their own names', () => {
    for (const node of nodes) {
      const others = nodes.filter((other) => other !== node);
      expect(named(node).environment).toMatchObject({
        EVENTSTORE_CLUSTER_SIZE: String(nodes.length),
        EVENTSTORE_DISCOVER_VIA_DNS: 'false',
        EVENTSTORE_GOSSIP_SEED: others.map(addressOf).join(','),
        EVENTSTORE_NODE_HOST_ADVERTISE_AS: node,
        EVENTSTORE_REPLICATION_HOST_ADVERTISE_AS: node,
        EVENTSTORE_RUN_PROJECTIONS: 'None',
      });
    }
  });

  it('speaks TLS, each node with its own certificate and the one authority', () => {
    for (const node of nodes) {
      expect(Object.keys(named(node).environment).join(' ')).not.toMatch(/INSECURE|DISABLE|_DEV\b/);
      expect(named(node).environment).toMatchObject({
        EVENTSTORE_CERTIFICATE_FILE: '/certificate/node.crt',
        EVENTSTORE_CERTIFICATE_PRIVATE_KEY_FILE: '/certificate/node.key',
        EVENTSTORE_TRUSTED_ROOT_CERTIFICATES_PATH: '/certificates',
      });
      expect(volumeAt(named(node), '/certificate')).toBe(`${node}-certificate:/certificate:ro`);
      expect(volumeAt(named(node), '/certificates')).toBe('eventstore-trust:/certificates:ro');
      expect(named(node).healthcheck?.test).toContain('https://localhost:2113/health/live');
    }
  });

  it('makes a certificate for every node, and shows the key of the authority to nobody else', () => {
    const maker = named('eventstore-certificates');
    expect(maker.command).toEqual(['/certificates', ...nodes]);
    for (const node of nodes) {
      expect(volumeAt(maker, `/certificates/${node}`)).toBe(
        `${node}-certificate:/certificates/${node}`,
      );
    }
    const holders = Object.entries(services).filter(([, { volumes }]) =>
      volumes.some((volume) => volume.startsWith('eventstore-authority:')),
    );
    expect(holders.map(([name]) => name)).toEqual(['eventstore-certificates']);
  });

  it('starts no node with a password that the server comes with', () => {
    for (const node of nodes) {
      expect(named(node).environment).toMatchObject({
        EVENTSTORE_DEFAULT_ADMIN_PASSWORD: named('eventstore-access').environment['ADMIN_PASSWORD'],
        EVENTSTORE_DEFAULT_OPS_PASSWORD: named('eventstore-access').environment['OPS_PASSWORD'],
      });
    }
  });

  it('connects every replica to all nodes as the user that was made for it', () => {
    for (const replica of replicas) {
      const { nodes: seeds, credentials, options } = storeOf(replica);
      expect(seeds.map(({ address, port }) => `${address}:${port}`)).toEqual(nodes.map(addressOf));
      expect(credentials).toEqual({ username: 'docket', password: 'secret' });
      expect(options).toMatchObject({ tls: true, tlsCAFile: '/certificates/ca.crt' });
      expect(replica.environment['DOCKET_EVENT_STORE']).toContain(
        named('eventstore-access').environment['USER_PASSWORD'],
      );
    }
    expect(named('eventstore-access').environment['NODES']).toBe(nodes.map(addressOf).join(','));
  });

  it('connects every replica to the one PostgreSQL, as its owner', () => {
    const { environment } = named('postgres');
    for (const replica of replicas) {
      const views = replica.environment['DOCKET_VIEWS']!;
      expect(readConnectionString(interpolated(views, 'secret'))).toMatchObject({
        host: 'postgres',
        port: 5432,
        user: environment['POSTGRES_USER'],
        database: environment['POSTGRES_DB'],
        password: 'secret',
      });
      expect(views).toContain(environment['POSTGRES_PASSWORD']);
    }
  });

  it('gives every replica a data directory of its own and the same keys to read', () => {
    const data = replicas.map((replica) => volumeAt(replica, '/data'));
    expect(new Set(data).size).toBe(replicas.length);
    for (const replica of replicas) {
      expect(volumeAt(replica, '/keys')).toBe('docket-keys:/keys:ro');
      expect(replica.environment['DOCKET_KEYS_FILE']).toBe('/keys/keys.json');
    }
  });

  it('makes the first keys once, by what Docket itself makes them by, where its user may write', () => {
    const [runtime, ...options] = named('docket-keys').entrypoint!;
    expect([runtime, ...options.slice(0, -1)]).toEqual(['node', '--input-type=module', '--eval']);
    expect(options.at(-1)).toBe(
      `import { ${openKeyFile.name} } from '/app/dist/identity/key-file.js'; ` +
        `${openKeyFile.name}('/keys/keys.json', '/keys/first-keys.json')`,
    );
    const folders = readDockerfile('Dockerfile').final('RUN').join(' ');
    expect(folders).toMatch(/install --directory --owner=node .* \/data \/keys$/);
  });

  it('starts a replica behind rights, keys, read models and gateway', () => {
    for (const { depends_on } of replicas) {
      expect(Object.keys(depends_on).toSorted()).toEqual([
        'docket-keys',
        'eventstore-access',
        'openclaw',
        'postgres',
      ]);
    }
    expect(Object.keys(named('eventstore-access').depends_on)).toEqual(nodes);
    expect(Object.keys(named('proxy').depends_on)).toEqual(['docket-1', 'docket-2']);
  });
});
