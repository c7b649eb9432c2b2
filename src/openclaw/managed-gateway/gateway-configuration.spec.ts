import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { mkdtemp, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gatewayConfiguration, writeGatewayConfiguration } from './gateway-configuration.js';
import { gatewayEnvironment } from './gateway-environment.js';
import { gatewayFolder, type GatewayFolder } from './gateway-folder.js';

const TOKEN = 'token-of-the-gateway';
const openAi = { kind: 'openai', name: 'openai/gpt-4.1-mini', apiKey: 'sk-of-openai' } as const;
const rehearsal = { kind: 'rehearsal', url: 'http://127.0.0.1:4000/v1' } as const;

describe('The managed gateway', () => {
  let directory: string;
  let folder: GatewayFolder;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'docket-configuration-'));
    folder = await gatewayFolder(join(directory, 'gateway'));
  });
  afterEach(() => rm(directory, { recursive: true }));

  it('listens on loopback only and asks for its token', () => {
    expect(gatewayConfiguration(folder, 20_001, rehearsal).gateway).toMatchObject({
      port: 20_001,
      bind: 'loopback',
      auth: { mode: 'token', token: '${OPENCLAW_GATEWAY_TOKEN}' },
    });
  });

  it('gives its agent no tool that reaches the host', () => {
    const { tools } = gatewayConfiguration(folder, 20_001, rehearsal);
    expect(tools.allow).toEqual(['session_status', 'sessions_list']);
  });

  it('asks the rehearsal model when there is no key', () => {
    const { agents, models } = gatewayConfiguration(folder, 20_001, rehearsal);
    expect(agents.defaults.model.primary).toBe('rehearsal/rehearsal-1');
    expect(models.providers).toMatchObject({ rehearsal: { baseUrl: rehearsal.url } });
  });

  it('asks the configured model of OpenAI when there is one', () => {
    const { agents, models } = gatewayConfiguration(folder, 20_001, openAi);
    expect(agents.defaults.model.primary).toBe('openai/gpt-4.1-mini');
    expect(models.providers).toMatchObject({
      openai: { apiKey: '${OPENAI_API_KEY}', models: [{ id: 'gpt-4.1-mini' }] },
    });
  });

  it('keeps its configuration for its own user, without any secret', async () => {
    await writeGatewayConfiguration(folder, 20_001, openAi);
    const { mode } = await stat(folder.configuration);
    expect(mode & 0o077).toBe(0);
    expect(await readFile(folder.configuration, 'utf8')).not.toContain(openAi.apiKey);
  });

  const parent = {
    PATH: '/bin',
    LANG: 'C.UTF-8',
    HTTPS_PROXY: 'http://proxy.example:3128',
    DOCKET_PORT: '3000',
    OPENAI_API_KEY: 'sk-of-somebody',
    AWS_SECRET_ACCESS_KEY: 'secret',
    NODE_OPTIONS: '--inspect',
    NODE_COMPILE_CACHE: '/tmp/cache',
    HOME: '/home/ada',
  };

  it('gets nothing from our environment but what every program needs', () => {
    const environment = gatewayEnvironment(folder, TOKEN, rehearsal, parent);
    const own = Object.keys(environment).filter((name) => !name.startsWith('OPENCLAW_'));
    expect(own.toSorted()).toEqual([
      'HOME',
      'LANG',
      'PATH',
      'TEMP',
      'TMP',
      'TMPDIR',
      'USERPROFILE',
    ]);
    expect(environment['HOME']).toBe(folder.home);
    expect(environment['OPENCLAW_GATEWAY_TOKEN']).toBe(TOKEN);
  });

  it('gets the key of its model, and the proxy on the way to it', () => {
    expect(gatewayEnvironment(folder, TOKEN, openAi, parent)).toMatchObject({
      OPENAI_API_KEY: 'sk-of-openai',
      HTTPS_PROXY: 'http://proxy.example:3128',
    });
  });
});
