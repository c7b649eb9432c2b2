import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { loadEndpoints } from '../../src/notifications/endpoints/load-endpoints.js';
import { NOTICE_TYPES } from '../../src/notifications/notice-type.js';
import { signedHeaders } from '../../src/notifications/sending/signed-headers.js';
import { parseAllowedTargets } from '../../src/notifications/targets/allowed-targets.js';
import { TargetGuard } from '../../src/notifications/targets/target-guard.js';
import { projectRoot } from '../../src/runtime/project-root.js';
import { END_WITH_US } from '../support/docket/end-with-us.js';
import { unusedPort } from '../support/unused-port.js';
import { until } from '../support/docket/until.js';
import { newSecret } from '../support/webhooks/webhook-receiver.js';

const SECRET = newSecret();

let folder: string;
let guide: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'docket-guide-'));
  guide = await readFile(join(projectRoot, 'docs', 'guides', 'notifications.md'), 'utf8');
});
afterAll(() => rm(folder, { recursive: true }));

const block = (language: string): string =>
  new RegExp(`\`\`\`${language}\\n([^\`]+(?:\`[^\`]+)*?)\`\`\``).exec(guide)?.[1] ?? '';

describe('The guide to notifications', () => {
  it('shows a file of endpoints that is taken', async () => {
    const file = join(folder, 'webhooks.yaml');
    await writeFile(file, block('yaml'));
    await writeFile(join(folder, 'incidents-secret'), SECRET);
    await writeFile(join(folder, 'incidents-secret-before'), newSecret());
    const guard = new TargetGuard(parseAllowedTargets([]));
    const endpoints = loadEndpoints(file, guard, { CHAT_WEBHOOK_SECRET: SECRET });
    expect(endpoints.map(({ id, secrets }) => [id, secrets.length])).toEqual([
      ['chat', 1],
      ['incidents', 2],
    ]);
  });

  it('names every type of notification', () => {
    for (const type of NOTICE_TYPES) expect(guide).toContain(`| \`${type}\``);
  });

  it('shows targets to allow that are taken', () => {
    const [, targets = ''] = /DOCKET_WEBHOOKS_ALLOW_PRIVATE=(\S+)/.exec(guide) ?? [];
    expect(parseAllowedTargets(targets.split(',')).hasHost('chat.internal')).toBe(true);
  });

  it('shows a receiver that takes what is signed, once, and nothing else', async () => {
    const { child, url, output } = await startReceiver();
    const message = { id: 'msg_1', payload: '{"type":"x.y","data":{"url":"https://the-link/"}}' };
    const post = async (secret: string) => {
      const headers = signedHeaders(message, [secret], new Date());
      return (await fetch(url, { method: 'POST', body: message.payload, headers })).status;
    };
    await until(() => post(SECRET).catch(() => null));
    expect([await post(SECRET), await post(newSecret())]).toEqual([204, 401]);
    child.kill();
    await once(child, 'close');
    expect(output()).toBe('x.y https://the-link/\n');
  });

  /** The guide's receiver as it stands there, but for its port. */
  async function startReceiver(): Promise<{
    child: ChildProcess;
    url: string;
    output: () => string;
  }> {
    const port = await unusedPort();
    const script = join(folder, 'receiver.mjs');
    const library = pathToFileURL(
      join(projectRoot, 'node_modules', 'standardwebhooks', 'dist', 'index.js'),
    ).href;
    await writeFile(
      script,
      block('js')
        .replace("'standardwebhooks'", `'${library}'`)
        .replace('listen(8080)', `listen(${port}, '127.0.0.1')`),
    );
    const child = spawn(process.execPath, [...END_WITH_US, script], {
      env: { CHAT_WEBHOOK_SECRET: SECRET },
      stdio: ['pipe', 'pipe', 'inherit'],
    });
    let text = '';
    child.stdout.on('data', (chunk: Buffer) => (text += chunk.toString()));
    return { child, url: `http://127.0.0.1:${port}/`, output: () => text };
  }
});
