import { readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { request } from 'undici';
import { z } from 'zod';
import { buildProgram, type BuiltProgram } from '../support/docket/build-program.js';
import { makeDataFolder, type DataFolder } from '../support/docket/data-folder.js';
import { runCommand } from '../support/docket/run-command.js';
import { runProgram, type RunningProgram } from '../support/docket/run-program.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { startOpenclawStub, STUB_TOKEN, type OpenclawStub } from '../support/openclaw-stub.js';

describe('The command `serve`', () => {
  let program: BuiltProgram;
  let stub: OpenclawStub;
  let directory: string;
  let started: RunningProgram[];

  beforeAll(async () => {
    program = await buildProgram();
    stub = await startOpenclawStub();
  });
  afterAll(async () => {
    await stub.close();
    await program.remove();
  });
  beforeEach(async () => {
    directory = await mkdtemp(join(tmpdir(), 'docket-serve-'));
    started = [];
  });
  afterEach(async () => {
    for (const { process: child } of started) child.kill('SIGKILL');
    await Promise.all(started.map((one) => one.ended()));
    await rm(directory, { recursive: true });
  });

  function serve(settings: Readonly<Record<string, string>> = {}): RunningProgram {
    const running = runProgram(program, ['serve'], {
      DOCKET_PORT: '0',
      DOCKET_DATA_DIR: join(directory, 'data'),
      OPENCLAW_URL: stub.url,
      OPENCLAW_TOKEN: STUB_TOKEN,
      ...settings,
    });
    started.push(running);
    return running;
  }

  it('serves until it is told to stop, and names its keys, its address and what it drives', async () => {
    const docket = serve();
    const keysFile = await docket.printed('First keys: ');
    const url = (await docket.printed('Docket listens at ')).split(' ')[0] ?? '';
    expect(await docket.printed('It drives ')).toBe(`the gateway at ${stub.url}`);
    const keys = z.record(z.string(), z.string()).parse(JSON.parse(readFileSync(keysFile, 'utf8')));
    const answer = await request(`${url}/v1/requests`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        authorization: `Bearer ${keys['requester']}`,
      },
      body: JSON.stringify({ request: 'Summarise it.' }),
    });
    expect([answer.statusCode, await answer.body.json()]).toMatchObject([
      201,
      { status: 'executed' },
    ]);

    docket.process.kill('SIGTERM');
    expect(await docket.ended()).toBe(0);
    for (const secret of [...Object.values(keys), STUB_TOKEN]) {
      expect(docket.stdout + docket.stderr).not.toContain(secret);
    }
  });

  it('ends with 2 and one line that names every wrong setting, but no value', async () => {
    const docket = serve({ DOCKET_PORT: '70000', OPENCLAW_URL: 'ftp://secret' });
    expect(await docket.ended()).toBe(2);
    expect(docket.stderr).toMatch(/^docket: [^\n]+\n$/);
    expect(docket.stderr).toContain('DOCKET_PORT');
    expect(docket.stderr).toContain('OPENCLAW_URL');
    expect(docket.stderr).not.toMatch(/70000|secret/);
    expect(docket.stdout).toBe('');
  });
});

describe('The command `serve` that cannot start', () => {
  /** Never called: the service does not come that far. */
  const gateway = { OPENCLAW_URL: 'http://127.0.0.1:9', OPENCLAW_TOKEN: 'never-used' };
  let docket: TestDocket;
  let folder: DataFolder;

  beforeAll(async () => {
    docket = await startTestDocket();
    folder = await makeDataFolder();
  });
  afterAll(async () => {
    await docket.close();
    await folder.remove();
  });

  it('ends with 1 and one line when another service has the data directory', async () => {
    const settings = { ...gateway, DOCKET_DATA_DIR: docket.folder.path, DOCKET_PORT: '0' };
    const { code, stdout, stderr } = await runCommand(['serve'], settings);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/^docket: [^\n]+events\.db is in use by another process[^\n]*\n$/);
  });

  it('ends with 2 and one line when another service has the port, and lets go of its data directory', async () => {
    const { port } = new URL(docket.url);
    const settings = { ...gateway, DOCKET_DATA_DIR: folder.path, DOCKET_PORT: port };
    const { code, stdout, stderr } = await runCommand(['serve'], settings);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(new RegExp(`^docket: [^\\n]*${port}[^\\n]*\\n$`));
    await (await startTestDocket({ folder })).close();
  });

  it('ends with 2 and one line that names file, line and rule of a wrong policy', async () => {
    const policies = join(import.meta.dirname, '../../policies');
    const right = readFileSync(join(policies, 'tutorial', 'policy.yaml'), 'utf8');
    const wrong = right.replace(/^( *)risk: amber$/m, '$1risk: purple');
    const line = wrong.split('\n').findIndex((text) => text.includes('purple')) + 1;
    const file = join(folder.path, 'policy.yaml');
    writeFileSync(file, wrong);
    const settings = { ...gateway, DOCKET_DATA_DIR: folder.path, DOCKET_POLICY_DIR: folder.path };
    const { code, stdout, stderr } = await runCommand(['serve'], settings);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/^docket: [^\n]+\n$/);
    expect(stderr).toContain(`${file}:${line}: rule "`);
  });
});
