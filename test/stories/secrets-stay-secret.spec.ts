import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { pino } from 'pino';
import { z } from 'zod';
import { role } from '../../src/identity/principal.js';
import { createGatewayClient } from '../../src/openclaw/gateway-client/gateway-client.js';
import type { AgentGateway } from '../../src/openclaw/agent-gateway.js';
import { runCommand } from '../support/docket/run-command.js';
import { DRAFT, SUMMARY, TRANSFER } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';
import { badTokens } from '../support/oidc/bad-tokens.js';
import { LocalIssuer } from '../support/oidc/local-issuer.js';
import { settingsFor } from '../support/oidc/oidc-settings.js';
import { until } from '../support/docket/until.js';
import {
  hangUp,
  json,
  startOpenclawStub,
  STUB_TOKEN,
  type OpenclawStub,
} from '../support/openclaw-stub.js';

const keyFile = z.object({ keys: z.array(z.object({ salt: z.string(), hash: z.string() })) });
const EXPORTS = ['requests', 'events'].flatMap((what) =>
  ['csv', 'jsonl'].map((format) => `/v1/exports/${what}?format=${format}`),
);

let stub: OpenclawStub;
let issuer: LocalIssuer;
let docket: TestDocket<AgentGateway>;
/** Everything that came out: log lines, answers with their headers, and what commands printed, by where it came from. */
const output: [from: string, text: string][] = [];
const secrets = new Set<string>([STUB_TOKEN]);

/** The parts of a token of which each would be too much; what is short stands elsewhere by accident. */
const keepToken = (token: string) => {
  for (const part of token.split('.')) if (part.length > 20) secrets.add(part);
};

beforeAll(async () => {
  stub = await startOpenclawStub();
  issuer = await LocalIssuer.start();
  const log = pino(
    { level: 'trace' },
    { write: (line: string) => void output.push(['log', line]) },
  );
  docket = await startTestDocket<AgentGateway>({
    gateway: createGatewayClient({ url: stub.url, token: STUB_TOKEN }),
    log,
    settings: { oidc: settingsFor(issuer) },
  });
});
afterAll(async () => {
  await docket.close();
  await issuer.close();
  await stub.close();
});

const call: typeof docket.call = async (as, method, path, send) => {
  const answer = await docket.call(as, method, path, send);
  output.push([`${method} ${path}`, `${JSON.stringify(answer.headers)}\n${answer.text}`]);
  return answer;
};
const callWith = (credential: string, path: string) =>
  call(null, 'GET', path, { headers: { authorization: `Bearer ${credential}` } });
const run = async (args: readonly string[], settings = {}) => {
  const result = await runCommand(args, {
    DOCKET_DATA_DIR: docket.folder.path,
    DOCKET_KEYS_FILE: docket.folder.keysFile,
    ...settings,
  });
  output.push([args.join(' '), result.stderr + (args[1] === 'create' ? '' : result.stdout)]);
  return result.stdout;
};

async function submissionsAndDecisions(): Promise<void> {
  stub.next(json(500, { error: { message: `Wrong token ${STUB_TOKEN}` } }), hangUp);
  for (const body of [SUMMARY, SUMMARY, SUMMARY, TRANSFER, { request: '' }]) {
    await call('ada', 'POST', '/v1/requests', { body });
  }
  for (const decision of ['approve', 'reject']) {
    const { id, contentDigest } = await docket.submit('ada', DRAFT);
    const body = { decision, contentDigest, comment: 'Seen.' };
    for (const as of ['ada', 'grace', 'grace'] as const) {
      await call(as, 'POST', `/v1/requests/${id}/decisions`, { body });
    }
    for (const path of ['', '/events', '/stream']) {
      await call('audrey', 'GET', `/v1/requests/${id}${path}`);
    }
  }
}

async function keysAndTokens(): Promise<void> {
  const created = await run(['keys', 'create', '--identity', 'kim', '--roles', 'auditor,analyst']);
  const key = created.trim();
  await until(async () => (await callWith(key, '/v1/requests')).status === 200);
  await run(['keys', 'create', '--identity', 'kim\u{202e}', '--roles', 'auditor']);
  await run(['keys', 'list']);
  await run(['keys', 'revoke', key.slice(7, 23)]);
  await run(['replay', 'unknown', '--url', docket.url], { DOCKET_KEY: key });
  await until(async () => (await callWith(key, '/v1/requests')).status === 401);
  const good = await issuer.token({ sub: 'kim', roles: role.options, groups: ['finance'] });
  const bad = await badTokens(issuer, { sub: 'kim', roles: role.options });
  for (const token of [good, ...bad.map(([, one]) => one)]) {
    keepToken(token);
    await callWith(token, '/v1/events');
  }
  issuer.leave();
  await issuer.rotate();
  const unknown = await issuer.token({ sub: 'kim', roles: role.options });
  keepToken(unknown);
  await callWith(unknown, '/v1/events');
  secrets.add(key.slice(24));
}

async function everythingThatTells(): Promise<void> {
  const { position = '' } = (await docket.log()).at(-1) ?? {};
  await call('audrey', 'GET', `/v1/requests?minPosition=${position}`);
  for (const path of [...EXPORTS, '/v1/reports/risk', '/v1/events?limit=500']) {
    for (const as of ['audrey', 'ana', 'root'] as const) await call(as, 'GET', path);
  }
  for (const path of ['/metrics', '/readyz', '/healthz', '/openapi.json', '/nowhere']) {
    await call(null, 'GET', path);
  }
  for (const name of readdirSync(docket.folder.path)) {
    if (name === 'keys.json') continue;
    output.push([name, readFileSync(join(docket.folder.path, name), 'latin1')]);
  }
  const DOCKET_KEY = docket.folder.keys.audrey;
  await run(['export', '--what', 'events', '--format', 'jsonl', '--url', docket.url], {
    DOCKET_KEY,
  });
}

it('No key, token, salt or hash comes out of a busy service, whatever it is asked and whatever fails', async () => {
  await submissionsAndDecisions();
  await keysAndTokens();
  await everythingThatTells();
  const stored = keyFile.parse(JSON.parse(readFileSync(docket.folder.keysFile, 'utf8'))).keys;
  for (const { salt, hash } of stored) secrets.add(salt).add(hash);
  for (const key of Object.values(docket.folder.keys)) secrets.add(key.slice(24));
  expect(secrets.size).toBeGreaterThan(40);
  expect(output.filter(([from]) => from === 'log').length).toBeGreaterThan(3);
  for (const [from, text] of output) {
    for (const secret of secrets) {
      if (text.includes(secret)) throw new Error(`${from} shows ${secret}: ${text.slice(0, 500)}`);
    }
  }
});
