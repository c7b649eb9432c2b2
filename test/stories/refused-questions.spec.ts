import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { problemDetails } from '../../src/http/problem.js';
import type { Trace } from '../../src/views/request-trace/trace.js';
import {
  refusalExpectation,
  type RefusalExpectation,
} from '../support/docket/refusal-expectation.js';
import type { Identity } from '../support/docket/identities.js';
import { DRAFT } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

const UNKNOWN = '019a0000-0000-7000-8000-000000000000';

/** Looks like a cursor of ours. */
const forged = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

let docket: TestDocket;
let expectRefusal: RefusalExpectation;
let waiting: readonly Trace[];

beforeAll(async () => {
  docket = await startTestDocket();
  waiting = [await docket.submit('ada', DRAFT), await docket.submit('ada', DRAFT)];
  expectRefusal = await refusalExpectation(docket);
});
afterAll(() => docket.close());

describe('A question is turned down', () => {
  it.each<[Identity, string, string, readonly string[]]>([
    ['ada', '/v1/requests?limit=0', 'invalid-request', ['limit']],
    ['ada', '/v1/requests?limit=501', 'invalid-request', ['limit']],
    ['ada', '/v1/requests?limit=abc', 'invalid-request', ['limit']],
    ['ada', '/v1/requests?limit=', 'invalid-request', ['limit']],
    ['ada', '/v1/requests?limit=1.5', 'invalid-request', ['limit']],
    ['ada', '/v1/requests?limit=1&limit=2', 'invalid-request', ['limit']],
    ['ada', '/v1/requests?status=executed&status=blocked', 'invalid-request', ['status']],
    ['ada', '/v1/requests?status=done', 'invalid-request', ['status']],
    ['ada', '/v1/requests?risk=blue', 'invalid-request', ['risk']],
    ['ada', '/v1/requests?from=2026-02-30', 'invalid-request', ['from']],
    ['ada', '/v1/requests?from=2025-02-29T00:00:00Z', 'invalid-request', ['from']],
    ['ada', '/v1/requests?to=2026-13-01', 'invalid-request', ['to']],
    ['ada', '/v1/requests?to=yesterday', 'invalid-request', ['to']],
    ['ada', '/v1/requests?from=2026-01-01T00:00:00', 'invalid-request', ['from']],
    ['ada', '/v1/requests?cursor=rubbish', 'invalid-cursor', ['cursor']],
    ['ada', '/v1/requests?cursor=', 'invalid-cursor', ['cursor']],
    ['ada', `/v1/requests?cursor=${forged(['2026-01-01', 'x'])}`, 'invalid-cursor', ['cursor']],
    ['ada', `/v1/requests?cursor=${forged({ at: 1 })}`, 'invalid-cursor', ['cursor']],
    ['ada', `/v1/requests?q=${'a'.repeat(201)}`, 'invalid-request', ['q']],
    ['ada', '/v1/requests?colour=red', 'invalid-request', ['colour']],
    ['ada', '/v1/requests?constructor=1', 'invalid-request', ['constructor']],
    ['ada', '/v1/requests?__proto__=1', 'invalid-request', ['__proto__']],
    ['ada', '/v1/requests?minPosition=-1', 'invalid-request', ['minPosition']],
    ['ada', '/v1/requests?minPosition=99999999999999999999', 'invalid-request', ['minPosition']],
    ['ada', '/v1/requests?minPosition=9223372036854775808', 'invalid-request', ['minPosition']],
    ['ada', '/v1/requests?minPosition=9223372036854775807', 'invalid-position', ['minPosition']],
    ['ada', '/v1/requests/not-a-uuid', 'invalid-request', ['id']],
    ['ada', '/v1/requests/%00', 'invalid-request', ['id']],
    ['ada', '/v1/requests/..%2f..%2fetc%2fpasswd', 'invalid-request', ['id']],
    ['ada', `/v1/requests/${'a'.repeat(5_000)}`, 'invalid-request', ['id']],
    ['ada', '/v1/requests/not-a-uuid/events', 'invalid-request', ['id']],
    ['ada', '/v1/requests/%zz', 'invalid-request', []],
    ['ada', '/v1/requests/%ff', 'invalid-request', []],
    ['audrey', `/v1/requests/${UNKNOWN}?asOf=2026-02-30`, 'invalid-request', ['asOf']],
    ['audrey', `/v1/requests/${UNKNOWN}?asOf=`, 'invalid-request', ['asOf']],
    ['audrey', `/v1/requests/${UNKNOWN}?asOf=0`, 'invalid-position', ['asOf']],
    ['audrey', '/v1/events?after=0', 'invalid-position', ['after']],
    ['audrey', '/v1/events?after=999999', 'invalid-position', ['after']],
    ['audrey', '/v1/events?after=first', 'invalid-request', ['after']],
    ['audrey', '/v1/events/stream?after=0', 'invalid-position', ['after']],
    ['audrey', '/v1/events/stream?after=then', 'invalid-request', ['after']],
    ['audrey', '/v1/events/stream?limit=1', 'invalid-request', ['limit']],
    ['audrey', '/v1/events?limit=501', 'invalid-request', ['limit']],
    ['grace', '/v1/approvals?limit=0', 'invalid-request', ['limit']],
    ['grace', '/v1/approvals?cursor=rubbish', 'invalid-cursor', ['cursor']],
    ['ana', '/v1/reports/risk?interval=minute', 'invalid-request', ['interval']],
    ['ana', '/v1/reports/risk?groupBy=colour', 'invalid-request', ['groupBy']],
    ['ana', '/v1/reports/risk?from=2026-02-01&to=2026-01-01', 'invalid-range', ['to']],
    ['ana', '/v1/reports/risk?from=2000-01-01&interval=hour', 'interval-too-fine', ['interval']],
    ['ana', '/v1/exports/requests', 'invalid-request', ['format']],
    ['ana', '/v1/exports/requests?format=trace-csv', 'invalid-request', ['format']],
    ['ana', '/v1/exports/events?format=xml', 'invalid-request', ['format']],
    ['ana', '/v1/exports/events?format=csv&after=999999', 'invalid-position', ['after']],
    ['ana', '/v1/exports/events?format=csv&limit=0', 'invalid-request', ['limit']],
  ])('by %s: %s', async (as, path, code, fields) => {
    await expectRefusal(await docket.call(as, 'GET', path), 400, code, fields);
  });

  it('about a request that does not exist', async () => {
    for (const path of ['', '/events', '/stream'].map((rest) => `/v1/requests/${UNKNOWN}${rest}`)) {
      await expectRefusal(await docket.call('audrey', 'GET', path), 404, 'request-not-found', []);
    }
  });
});

describe('A stream of events is refused before it begins', () => {
  const from = async (path: string, lastEventId: string | string[]) =>
    docket.call('audrey', 'GET', path, { headers: { 'last-event-id': lastEventId } });

  it.each(['0', '999999', '9223372036854775807'])(
    'behind %s, where no event stands',
    async (id) => {
      const answer = await from('/v1/events/stream', id);
      await expectRefusal(answer, 400, 'invalid-position', ['last-event-id']);
    },
  );

  it.each(['first', '-1', '1.0', '01', '1, 1', '9223372036854775808'])(
    'behind %s, which is no position',
    async (id) => {
      const answer = await from('/v1/events/stream?after=now', id);
      await expectRefusal(answer, 400, 'invalid-request', ['last-event-id']);
      expect(problemDetails.parse(answer.json()).detail).toMatch(/expected (the|a) position/);
    },
  );

  it('behind an event of another request', async () => {
    const [mine, other] = waiting;
    const answer = await from(`/v1/requests/${mine?.id}/stream`, other?.position ?? '');
    await expectRefusal(answer, 400, 'invalid-position', ['last-event-id']);
  });
});

describe('An address', () => {
  it.each([
    '/',
    '/v1',
    '/v2/requests',
    '/v1/requests/',
    '/v1//requests',
    '/V1/requests',
    '/v1/requests/a/b/c',
  ])('%s leads nowhere', async (path) => {
    await expectRefusal(await docket.call('audrey', 'GET', path), 404, 'not-found', []);
  });

  it.each([
    ['PUT', '/v1/requests', 'GET, HEAD, POST'],
    ['PATCH', '/v1/requests', 'GET, HEAD, POST'],
    ['DELETE', '/v1/requests', 'GET, HEAD, POST'],
    ['OPTIONS', '/v1/requests', 'GET, HEAD, POST'],
    ['TRACE', '/v1/requests', 'GET, HEAD, POST'],
    ['POST', `/v1/requests/${UNKNOWN}`, 'GET, HEAD'],
    ['DELETE', `/v1/requests/${UNKNOWN}`, 'GET, HEAD'],
    ['GET', `/v1/requests/${UNKNOWN}/decisions`, 'POST'],
    ['GET', `/v1/requests/${UNKNOWN}/withdrawal`, 'POST'],
    ['POST', '/v1/events', 'GET, HEAD'],
    ['POST', '/healthz', 'GET, HEAD'],
  ] as const)('does not take %s %s, and says what it takes', async (method, path, allow) => {
    const body = method === 'POST' ? { body: {} } : {};
    const answer = await docket.call('ada', method, path, body);
    await expectRefusal(answer, 405, 'method-not-allowed', []);
    expect(answer.headers['allow']).toBe(allow);
  });

  it('that is too long is turned down', async () => {
    const answer = await docket.call('ada', 'GET', `/v1/requests/${'a'.repeat(20_000)}`);
    await expectRefusal(answer, 431, 'headers-too-large', []);
  });
});
