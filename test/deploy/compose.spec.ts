import { describe, expect, it } from '@jest/globals';
import { gatewayConfiguration } from '../../src/openclaw/managed-gateway/gateway-configuration.js';
import { readConfiguration } from '../../src/runtime/configuration.js';
import { readDockerfile } from './dockerfile.js';
import { projectFile, readComposeFile, type ComposeService } from './compose-file.js';

const { services, networks, volumes } = readComposeFile();
const everyService = Object.entries<ComposeService>(services);
const { docket, openclaw, eventstore } = services;

describe('The compose file', () => {
  it.each(everyService)('pins the image of %s to one version', (_, { image }) => {
    expect(image).toMatch(/^[a-z/-]+:\d+\.\d+\.\d+[a-z0-9.-]*$/);
  });

  it.each(everyService)('holds no secret of %s, nor a default for one', (_, { environment }) => {
    const secrets = Object.entries(environment).filter(([name]) =>
      /TOKEN|KEY|SECRET|PASSWORD/.test(name),
    );
    for (const [, value] of secrets) expect(value).toMatch(/^\$\{[A-Z_]+:\?[^}]+\}$/);
  });

  it('gives Docket and the gateway the same token', () => {
    expect(docket.environment['OPENCLAW_TOKEN']).toBe(
      openclaw.environment['OPENCLAW_GATEWAY_TOKEN'],
    );
  });

  it('publishes one port, on loopback', () => {
    const published = everyService.flatMap(([, { ports }]) => ports);
    expect(published).toEqual(['127.0.0.1:3000:3000']);
  });

  it.each(everyService)('takes every privilege from %s and bounds what it uses', (_, service) => {
    expect(service.cap_drop).toEqual(['ALL']);
    expect(service.security_opt).toEqual(['no-new-privileges:true']);
    expect(service).not.toHaveProperty('privileged');
    expect(service).not.toHaveProperty('network_mode');
    expect(service.deploy.resources.limits.pids).toBeGreaterThan(0);
  });

  it.each([
    ['docket', docket, 'Dockerfile'],
    ['openclaw', openclaw, 'openclaw/Dockerfile'],
  ] as const)('lets %s write nowhere but to its volume and /tmp', (_, service, file) => {
    expect(service.read_only).toBe(true);
    expect(service.tmpfs).toEqual(['/tmp']);
    const [mounted] = service.volumes.map((volume) => volume.split(':')[1]);
    expect(readDockerfile(file).final('VOLUME')).toEqual([mounted]);
  });

  it('declares every network and volume that a service uses, and no other', () => {
    const used = everyService.flatMap(([, service]) => service.networks);
    expect(new Set(Object.keys(networks))).toEqual(new Set(used));
    const mounted = everyService.flatMap(([, service]) => service.volumes);
    const names = mounted.map((volume) => volume.split(':')[0]);
    expect(new Set(Object.keys(volumes))).toEqual(new Set(names));
  });

  it('keeps the agent away from the event store, and the event store away from the world', () => {
    expect(openclaw.networks).not.toContain('store');
    expect(eventstore.networks).toEqual(['store']);
    expect(networks['store']).toEqual({ internal: true });
  });

  it('starts Docket once the others are healthy', () => {
    expect(docket.depends_on).toEqual({
      eventstore: { condition: 'service_healthy' },
      openclaw: { condition: 'service_healthy' },
    });
    expect(eventstore.healthcheck?.test.join(' ')).toContain('/health/live');
    for (const file of ['Dockerfile', 'openclaw/Dockerfile']) {
      expect(readDockerfile(file).final('HEALTHCHECK')).toHaveLength(1);
    }
  });

  it('turns the telemetry of EventStoreDB off', () => {
    expect(eventstore.environment['EVENTSTORE_TELEMETRY_OPTOUT']).toBe('true');
  });

  it('configures Docket with settings that it takes', () => {
    const given = { ...docket.environment, OPENCLAW_TOKEN: 'from-the-environment' };
    expect(readConfiguration(given)).toMatchObject({
      eventStore: 'esdb://eventstore:2113?tls=false',
      gateway: { url: 'http://openclaw:18789' },
    });
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
