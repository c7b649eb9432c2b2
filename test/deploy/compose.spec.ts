import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { STOP_WITHIN } from '../../src/cli/exit-within.js';
import { gatewayConfiguration } from '../../src/openclaw/managed-gateway/gateway-configuration.js';
import { readConfiguration } from '../../src/runtime/configuration.js';
import { projectRoot } from '../../src/runtime/project-root.js';
import { settings } from '../../src/runtime/settings.js';
import {
  COMPOSE_FILE,
  interpolated,
  readComposeFile,
  variablesOf,
  type ComposeService,
} from './compose-file.js';
import { readDockerfile } from './dockerfile.js';
import { projectFile } from './project-file.js';

const { services, networks, volumes, secrets } = readComposeFile();
const everyService = Object.entries(services);
const named = (name: string): ComposeService => services[name]!;
const dockets = everyService.filter(([, { environment }]) => 'DOCKET_EVENT_STORE' in environment);
const sourceOf = (volume: string): string => volume.split(':')[0]!;
const targetOf = (volume: string): string | undefined => volume.split(':')[1];

describe('The compose file', () => {
  it('has one Docket for itself and two behind a proxy', () => {
    expect(dockets.map(([name, { profiles }]) => [name, profiles])).toEqual([
      ['docket', ['single']],
      ['docket-1', ['cluster']],
      ['docket-2', ['cluster']],
    ]);
  });

  it.each(everyService)('pins the image of %s to one version', (_, { image }) => {
    expect(image).toMatch(/^[a-z/-]+:\d+\.\d+(\.\d+)?(-[a-z-]+)?$/);
  });

  it.each(everyService)('holds no secret of %s, nor a default for one', (_, { environment }) => {
    const secretive = Object.entries(environment).filter(([name]) =>
      /TOKEN|_KEY$|SECRET|PASSWORD/.test(name),
    );
    for (const [, value] of secretive) expect(value).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
  });

  it.each(dockets)('gives %s the time that it may take to stop', (_, service) => {
    const { drainDelay } = readConfiguration({
      DOCKET_DRAIN_DELAY: service.environment['DOCKET_DRAIN_DELAY'],
    });
    const [, seconds] = /^(\d+)s$/.exec(service.stop_grace_period)!;
    expect(Number(seconds) * 1_000).toBeGreaterThan(drainDelay + STOP_WITHIN);
  });

  it('writes no password into an address, and none that a server comes with anywhere', () => {
    const addresses = [...projectFile(COMPOSE_FILE).matchAll(/:\/\/\w+:(.+?)@/g)];
    expect(addresses).not.toHaveLength(0);
    for (const [, password] of addresses) expect(password).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
    expect(projectFile(COMPOSE_FILE)).not.toContain('changeit');
  });

  it.each(['single', 'cluster'] as const)('needs nothing in %s that is not in it', (profile) => {
    const members = everyService.filter(([, { profiles }]) => profiles.includes(profile));
    const names = new Set(members.map(([name]) => name));
    const needed = members.flatMap(([, { depends_on }]) => Object.keys(depends_on));
    expect(needed.filter((name) => !names.has(name))).toEqual([]);
  });

  it.each(everyService)('lets %s wait for what can come about', (_, { depends_on }) => {
    for (const [name, { condition }] of Object.entries(depends_on)) {
      expect(condition).toBe(waitedFor(named(name)));
    }
  });

  it('declares every network, volume and secret that a service uses, and no other', () => {
    const used = everyService.flatMap(([, service]) => service.networks);
    expect(new Set(Object.keys(networks))).toEqual(new Set(used));
    const mounted = everyService.flatMap(([, service]) => service.volumes.map(sourceOf));
    const declared = mounted.filter((source) => !source.startsWith('.'));
    expect(new Set(Object.keys(volumes))).toEqual(new Set(declared));
    const read = everyService.flatMap(([, service]) => service.secrets);
    expect(new Set(Object.keys(secrets))).toEqual(new Set(read));
  });

  it('mounts files that exist, where they cannot be written', () => {
    const files = everyService
      .flatMap(([, service]) => service.volumes)
      .filter((volume) => volume.startsWith('.'));
    expect(files).not.toHaveLength(0);
    for (const file of files) {
      expect(file).toMatch(/:ro$/);
      expect(existsSync(join(projectRoot, 'deploy', sourceOf(file)))).toBe(true);
    }
  });

  it.each(everyService)(
    'takes every privilege from %s and bounds what it uses',
    (name, service) => {
      expect(service.cap_drop).toEqual(['ALL']);
      expect(service.cap_add).toEqual(name === 'eventstore-certificates' ? ['CHOWN'] : []);
      expect(service.security_opt).toEqual(['no-new-privileges:true']);
      expect(service.deploy.resources.limits.pids).toBeGreaterThan(0);
    },
  );

  it('lets only EventStoreDB write to its root file system', () => {
    const writable = everyService.filter(([, service]) => !service.read_only);
    for (const [, { image }] of writable) expect(image).toMatch(/^eventstore\/eventstore:/);
  });

  it.each([
    ...dockets.map(([name]) => [name, 'Dockerfile'] as const),
    ['openclaw', 'openclaw/Dockerfile'] as const,
  ])('lets %s write nowhere but to its volume and /tmp', (name, file) => {
    expect(named(name).tmpfs).toEqual(['/tmp']);
    const writable = named(name).volumes.filter((volume) => !volume.endsWith(':ro'));
    expect(readDockerfile(file).final('VOLUME')).toEqual(writable.map(targetOf));
  });

  it('builds what is not pulled, from folders that have a Dockerfile', () => {
    for (const [, { image, build }] of everyService) {
      expect(build !== undefined).toBe(image.startsWith('docket'));
    }
    const folders = everyService.flatMap(([, { build }]) => build ?? []);
    for (const folder of folders) {
      expect(existsSync(join(projectRoot, 'deploy', folder, 'Dockerfile'))).toBe(true);
    }
  });

  it('publishes one port a profile, on loopback unless told otherwise', () => {
    const published = everyService.flatMap(([name, { ports }]) =>
      ports.map((port) => [name, port]),
    );
    expect(published).toEqual([
      ['docket', '127.0.0.1:3000:3000'],
      ['proxy', '${PUBLISH_ADDRESS:-127.0.0.1}:8443:8443'],
    ]);
  });

  it('keeps the agent and the world away from events and read models', () => {
    const closed = ['store', 'views'];
    for (const name of closed) expect(networks[name]).toEqual({ internal: true });
    expect(named('openclaw').networks).toEqual(['agent']);
    expect(named('proxy').networks).toEqual(['edge']);
    const stores = everyService.filter(([, { image }]) => /^(postgres|eventstore\/)/.test(image));
    const joined = stores.flatMap(([, service]) => service.networks);
    expect(new Set(joined)).toEqual(new Set(closed));
    const apart = stores.filter(([, service]) => service.networks.length === 0);
    for (const [, service] of apart) expect(service.network_mode).toBe('none');
  });

  it('gives every Docket and the gateway the same token', () => {
    const token = named('openclaw').environment['OPENCLAW_GATEWAY_TOKEN'];
    for (const [, { environment }] of dockets) expect(environment['OPENCLAW_TOKEN']).toBe(token);
  });

  it('turns the telemetry of every EventStoreDB off', () => {
    const nodes = everyService.filter(([, { image }]) => image.startsWith('eventstore/eventstore'));
    expect(nodes).toHaveLength(4);
    for (const [, { environment }] of nodes) {
      expect(environment['EVENTSTORE_TELEMETRY_OPTOUT']).toBe('true');
    }
  });

  it('uses no setting of Docket that there is not', () => {
    const used = everyService.flatMap(([, { environment }]) => Object.keys(environment));
    const ours = used.filter((name) => name.startsWith('DOCKET_'));
    expect(ours.filter((name) => !(name in settings.shape))).toEqual([]);
  });

  it.each(dockets)('configures %s with values that it takes', (_, { environment }) => {
    const given = Object.entries(environment).map(([name, value]) => [
      name,
      interpolated(value, 'ab12'),
    ]);
    expect(readConfiguration(Object.fromEntries(given))).toMatchObject({
      gateway: { url: 'http://openclaw:18789', token: 'ab12' },
    });
  });

  it('names in .env.example exactly the variables that it takes, the secrets without a value', () => {
    const used = variablesOf(projectFile(COMPOSE_FILE));
    const example = projectFile('deploy/.env.example')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('#'))
      .map((line) => line.split('=') as [string, string]);
    expect(new Set(example.map(([name]) => name))).toEqual(new Set(used.map(({ name }) => name)));
    const required = used.filter(({ operator }) => operator === '?').map(({ name }) => name);
    const given = example.filter(([, value]) => value !== '').map(([name]) => name);
    expect(given.filter((name) => required.includes(name))).toEqual([]);
    expect(used.filter(({ operator }) => operator === undefined)).toEqual([]);
  });

  it('gives the gateway the limits of the managed one; it only listens beyond loopback', () => {
    const home = '/var/lib/openclaw';
    const folder = {
      home,
      workspace: `${home}/workspace`,
      state: `${home}/state`,
      temporary: '/tmp',
      configuration: '/etc/openclaw/gateway.json',
      log: `${home}/gateway.log`,
      processRecord: 'none',
    };
    const model = { kind: 'openai', name: 'openai/gpt-4.1-mini', apiKey: '' } as const;
    const managed = gatewayConfiguration(folder, 18_789, model);
    expect(JSON.parse(projectFile('openclaw/gateway.json'))).toEqual({
      ...managed,
      gateway: { ...managed.gateway, bind: 'lan' },
    });
  });
});

/** What tells that a service is of use to others; `nothing` where it never does. */
function waitedFor({ restart, healthcheck, build }: ComposeService): string {
  if (restart === 'no') return 'service_completed_successfully';
  const checks = build
    ? readDockerfile(join('deploy', build, 'Dockerfile')).final('HEALTHCHECK')
    : [];
  return healthcheck || checks.length === 1 ? 'service_healthy' : 'nothing';
}
