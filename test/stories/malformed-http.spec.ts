import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemDetails } from '../../src/http/problem.js';
import { rawExchange } from '../support/docket/raw-exchange.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

const POST = 'POST /v1/requests HTTP/1.1\r\nHost: docket\r\nContent-Type: application/json\r\n';
const BODY = '{"request":"Summarise it."}';
const CLOSE = 'Connection: close\r\n\r\n';

const SECURITY = /^(content-security|cross-origin|referrer|strict-transport|x-content|x-frame)/;

describe('What is hardly HTTP', () => {
  let docket: TestDocket;

  beforeAll(async () => {
    docket = await startTestDocket();
  });
  afterAll(() => docket.close());

  const authorised = () => `Authorization: Bearer ${docket.folder.keys.ada}\r\n`;

  it.each<[string, () => string | Buffer]>([
    ['is no HTTP', () => 'HELO docket\r\n\r\n'],
    ['is TLS', () => Buffer.from('16030100a5010000a10303', 'hex')],
    ['has an unknown method', () => 'FETCH /v1/requests HTTP/1.1\r\nHost: docket\r\n\r\n'],
    ['has an unknown version', () => 'GET /v1/requests HTTP/9.9\r\nHost: docket\r\n\r\n'],
    [
      'has a line break in its address',
      () => 'GET /v1/\nrequests HTTP/1.1\r\nHost: docket\r\n\r\n',
    ],
    ['has NUL in a header', () => `GET /v1/requests HTTP/1.1\r\nHost: docket\r\nX: a\0b\r\n\r\n`],
    ['has two lengths', () => `${POST}Content-Length: 5\r\nContent-Length: 6\r\n\r\n${BODY}`],
    ['has a length that is no number', () => `${POST}Content-Length: five\r\n\r\n${BODY}`],
    [
      'has a length and chunks',
      () =>
        `${POST}${authorised()}Content-Length: 27\r\nTransfer-Encoding: chunked\r\n\r\n1b\r\n${BODY}\r\n0\r\n\r\n`,
    ],
    [
      'has a chunk of no size',
      () => `${POST}${authorised()}Transfer-Encoding: chunked\r\n\r\nxyz\r\n`,
    ],
    [
      'has headers of 17 KiB',
      () => `GET / HTTP/1.1\r\nHost: docket\r\nX: ${'a'.repeat(17_408)}\r\n\r\n`,
    ],
    [
      'has an address that is no percent-encoding',
      () => `GET /%zz HTTP/1.1\r\nHost: docket\r\n${CLOSE}`,
    ],
    ['names no host', () => `GET /healthz HTTP/1.1\r\n${CLOSE}`],
  ])('because it %s is turned down with a problem, and the connection ends', async (_, bytes) => {
    const answer = await rawExchange(docket.url, bytes());
    const [head = '', body = ''] = answer.split('\r\n\r\n');
    expect(head).toMatch(/^HTTP\/1\.1 4\d\d [A-Z]/);
    expect(head).toMatch(/^Content-Type: application\/problem\+json; charset=utf-8$/im);
    const problem = problemDetails.parse(JSON.parse(body));
    expect(head).toContain(` ${problem.status} `);
    expect(Buffer.byteLength(body)).toBe(Number(/^Content-Length: (\d+)$/im.exec(head)?.[1]));
    const usual = await docket.call(null, 'GET', '/healthz');
    const promised = Object.entries(usual.headers).filter(([name]) => SECURITY.test(name));
    expect(head.toLowerCase().split('\r\n')).toEqual(
      expect.arrayContaining(
        promised.map(([name, value]) => `${name}: ${String(value)}`.toLowerCase()),
      ),
    );
    expect(await docket.log()).toEqual([]);
  });

  it('because it expects what nobody knows is answered as if it did not', async () => {
    const answer = await rawExchange(
      docket.url,
      `GET /healthz HTTP/1.1\r\nHost: docket\r\nExpect: 200-ok\r\n${CLOSE}`,
    );
    expect(answer).toMatch(/^HTTP\/1\.1 200 OK\r\n[^]*\{"status":"ok"\}$/);
  });

  it('because its body breaks off records nothing', async () => {
    const cut = `${POST}${authorised()}Content-Length: 100\r\nConnection: close\r\n\r\n${BODY}`;
    const socket = rawExchange(docket.url, cut, { thenEnd: true });
    expect(await socket).not.toMatch(/^HTTP\/1\.1 [25]/);
    expect(await docket.log()).toEqual([]);
  });

  it('behind a request whose answer is under way ends that answer and puts nothing into it', async () => {
    const auditor = `Host: docket\r\nAuthorization: Bearer ${docket.folder.keys.audrey}\r\n`;
    const streamed = await rawExchange(
      docket.url,
      `GET /v1/events/stream HTTP/1.1\r\n${auditor}\r\nrubbish\r\n\r\n`,
    );
    expect(streamed.match(/HTTP\/1\.1 \d+/g) ?? []).not.toContain('HTTP/1.1 400');
    const awaited = await rawExchange(
      docket.url,
      `${POST}${authorised()}Content-Length: ${BODY.length}\r\n\r\n${BODY}rubbish\r\n\r\n`,
    );
    expect(awaited).not.toContain('400');
  });

  it('leaves the service as it was', async () => {
    expect((await docket.submit('ada', { request: 'Summarise it.' })).status).toBe('executed');
  });
});
