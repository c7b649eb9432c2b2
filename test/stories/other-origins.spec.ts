import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

const CONSOLE = 'https://console.example';
const ASKED = { 'access-control-request-method': 'POST' };

describe('A page from elsewhere', () => {
  let closed: TestDocket;
  let open: TestDocket;

  beforeAll(async () => {
    closed = await startTestDocket();
    open = await startTestDocket({ settings: { corsOrigins: [CONSOLE] } });
  });
  afterAll(() => Promise.all([closed.close(), open.close()]));

  const ask = (docket: TestDocket, origin: string) =>
    docket.call(null, 'OPTIONS', '/v1/requests', { headers: { ...ASKED, origin } });
  const submit = (docket: TestDocket, origin: string) =>
    docket.call('ada', 'POST', '/v1/requests', { body: SUMMARY, headers: { origin } });
  const allowed = (headers: object): readonly string[] =>
    Object.keys(headers).filter((name) => name.startsWith('access-control-'));

  it('may not call the service unless it is configured', async () => {
    expect((await ask(closed, CONSOLE)).status).toBe(405);
    for (const { headers } of [await ask(closed, CONSOLE), await submit(closed, CONSOLE)]) {
      expect(allowed(headers)).toEqual([]);
    }
  });

  it('may call it when its origin is configured, under a key and with our headers', async () => {
    const preflight = await ask(open, CONSOLE);
    expect([preflight.status, preflight.text]).toEqual([204, '']);
    expect(preflight.headers).toMatchObject({
      'access-control-allow-origin': CONSOLE,
      'access-control-allow-methods': 'GET, HEAD, POST',
      'access-control-allow-headers': expect.stringContaining('Idempotency-Key'),
      vary: 'Origin',
    });
    const { status, headers } = await submit(open, CONSOLE);
    expect(status).toBe(201);
    expect(headers).toMatchObject({
      'access-control-allow-origin': CONSOLE,
      'access-control-expose-headers': expect.stringContaining('Location'),
    });
    expect(headers).not.toHaveProperty('access-control-allow-credentials');
  });

  it('may not when another one is', async () => {
    for (const { headers } of [
      await ask(open, 'https://elsewhere.example'),
      await submit(open, `${CONSOLE}.elsewhere.example`),
    ]) {
      expect(headers).not.toHaveProperty('access-control-allow-origin');
    }
  });

  it('is told of problems as anybody is', async () => {
    const answer = await open.call(null, 'GET', '/v1/requests', { headers: { origin: CONSOLE } });
    expect([answer.status, answer.headers['access-control-allow-origin']]).toEqual([401, CONSOLE]);
  });
});
