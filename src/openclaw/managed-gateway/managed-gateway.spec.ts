import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { z } from 'zod';
import type { UnexpectedExit } from './gateway-supervisor.js';
import {
  startManagedGateway,
  type ManagedGateway,
  type ManagedGatewayOptions,
} from './managed-gateway.js';

/** A program with OpenClaw's command line, files and probes; chats bring back the process id. */
const STAND_IN = `
import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
const { gateway } = JSON.parse(readFileSync(process.env.OPENCLAW_CONFIG_PATH));
createServer((request, response) => {
  const isGood = request.headers.authorization === 'Bearer ' + process.env.OPENCLAW_GATEWAY_TOKEN;
  response.statusCode = request.url === '/readyz' || isGood ? 200 : 401;
  response.end(String(process.pid));
}).listen(gateway.port, '127.0.0.1');
`;

/** How a gateway is watched, with a small program in OpenClaw's place; test/openclaw does the same with the real one. */
describe('A managed gateway', () => {
  let directory: string;
  let gateway: ManagedGateway | undefined;

  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'docket-gateway-'));
  });
  afterEach(async () => {
    await gateway?.stop();
    gateway = undefined;
    await rm(directory, { recursive: true });
  });

  const program = async (source: string) => {
    const entry = join(directory, 'openclaw.mjs');
    await writeFile(entry, source);
    return entry;
  };

  const start = async (source = STAND_IN, options: Partial<ManagedGatewayOptions> = {}) => {
    const entry = await program(source);
    gateway = await startManagedGateway({
      directory: join(directory, 'gateway'),
      model: 'openai/gpt-4.1-mini',
      entry,
      ...options,
    });
    return gateway;
  };

  it('is ready once its process takes calls with its token', async () => {
    const started = await start();
    expect(started.state).toBe('starting');
    await started.ready();
    expect(started.state).toBe('ready');
    expect(started.token).toMatch(/^[\w-]{43}$/u);
    expect(await pidOf(started)).toBeGreaterThan(0);
  });

  it('has a new token at every start', async () => {
    const first = await start();
    await first.stop();
    const second = await start();
    expect(second.token).not.toBe(first.token);
  });

  it('ends its process when it is stopped', async () => {
    const started = await start();
    await started.ready();
    const pid = await pidOf(started);
    await started.stop();
    expect(started.state).toBe('stopped');
    expect(() => process.kill(pid, 0)).toThrow('ESRCH');
    await expect(started.ready()).rejects.toMatchObject({ code: 'stopped' });
  });

  it('can be stopped before it is ready', async () => {
    const started = await start('setInterval(() => {}, 1000)');
    const [waiting] = await Promise.allSettled([started.ready(), started.stop()]);
    expect(waiting).toMatchObject({ status: 'rejected', reason: { code: 'stopped' } });
  });

  it('comes back at the same address with the same token when its process dies', async () => {
    const exits: UnexpectedExit[] = [];
    const started = await start(STAND_IN, { onExit: (exit) => exits.push(exit) });
    await started.ready();
    const { url, token } = started;
    const pid = await pidOf(started);
    process.kill(pid, 'SIGKILL');
    await until(() => started.state === 'restarting');
    await started.ready();
    expect(await pidOf(started)).not.toBe(pid);
    expect(started).toMatchObject({ url, token, state: 'ready' });
    expect(exits).toMatchObject([{ code: null, signal: 'SIGKILL', restartIn: 1_000 }]);
  });

  it('tries again when its folder cannot be written for a while', async () => {
    const exits: UnexpectedExit[] = [];
    const started = await start(STAND_IN, { onExit: (exit) => exits.push(exit) });
    await started.ready();
    const configuration = join(directory, 'gateway', 'openclaw.json');
    await rm(configuration);
    await mkdir(configuration);
    process.kill(await pidOf(started), 'SIGKILL');
    await until(() => exits.length === 2);
    expect(exits[1]?.lastLines[0]).toContain('EISDIR');
    await rmdir(configuration);
    await started.ready();
    expect(started.state).toBe('ready');
  });

  it('fails when it never starts, with the last lines of its log and without its secrets', async () => {
    const source = `
      console.error('port is gone, ' + process.env.OPENCLAW_GATEWAY_TOKEN, process.env.OPENAI_API_KEY);
      process.exit(3);`;
    const started = await start(source, { openAiApiKey: 'sk-of-openai' });
    await expect(started.ready()).rejects.toMatchObject({
      code: 'start-failed',
      message: expect.stringMatching(/exit code 3.*port is gone, \[secret\] \[secret\]/su),
    });
    expect(started.state).toBe('failed');
  });

  it('never writes its token to the disk', async () => {
    const started = await start();
    await started.ready();
    const configuration = await readFile(join(directory, 'gateway', 'openclaw.json'), 'utf8');
    const record = await readFile(join(directory, 'gateway', 'process.json'), 'utf8');
    expect(configuration + record).not.toContain(started.token);
  });

  it('keeps a second one out of its directory', async () => {
    const started = await start();
    await started.ready();
    const second = startManagedGateway({
      directory: join(directory, 'gateway'),
      model: 'openai/gpt-4.1-mini',
      entry: join(directory, 'openclaw.mjs'),
    });
    await expect(second).rejects.toMatchObject({ code: 'directory-in-use' });
  });
});

it('A gateway ends with the service that started it, even when that was killed', async () => {
  const module = pathToFileURL(join(import.meta.dirname, 'end-with-parent.ts')).href;
  const service = spawn(
    process.execPath,
    [
      '-e',
      `const { spawn } = require('node:child_process');
       const flag = ${JSON.stringify(module)} + '?parent=' + process.pid;
       const gateway = spawn(process.execPath, ['--import', flag, '-e', 'console.log(process.pid); setInterval(() => {}, 1000)'],
         { stdio: ['pipe', 'inherit', 'inherit'], detached: true });`,
    ],
    { stdio: ['ignore', 'pipe', 'inherit'] },
  );
  const pid = z.coerce.number().parse(String((await once(service.stdout, 'data'))[0]));
  expect(process.kill(pid, 0)).toBe(true);
  service.kill('SIGKILL');
  try {
    await until(() => !isRunning(pid));
  } finally {
    if (isRunning(pid)) process.kill(pid, 'SIGKILL');
  }
});

const isRunning = (pid: number) => {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
};

const until = async (condition: () => boolean) => {
  const end = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > end) throw new Error('It has not happened within 10 s.');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

const pidOf = async ({ url, token }: ManagedGateway) => {
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}` } });
  return z.coerce.number().parse(await response.text());
};
