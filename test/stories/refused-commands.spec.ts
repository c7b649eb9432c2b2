import { afterAll, beforeAll, describe, it } from '@jest/globals';
import type { Send } from '../support/docket/http-client.js';
import type { Identity } from '../support/docket/identities.js';
import {
  refusalExpectation,
  type RefusalExpectation,
} from '../support/docket/refusal-expectation.js';
import { DRAFT, SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

const UNKNOWN = '019a0000-0000-7000-8000-000000000000';

let docket: TestDocket;
let expectRefusal: RefusalExpectation;
let waiting: { readonly id: string; readonly contentDigest: string };

beforeAll(async () => {
  docket = await startTestDocket();
  waiting = await docket.submit('ada', DRAFT);
  expectRefusal = await refusalExpectation(docket);
});
afterAll(() => docket.close());

describe('A submission is turned down', () => {
  const submit = (send: Send, as: Identity = 'ada') =>
    docket.call(as, 'POST', '/v1/requests', send);
  const tool = (args: string) => `{"kind":"tool","tool":"sessions_list","args":${args}}`;

  it.each<[string, string | Buffer, string, readonly string[]]>([
    ['is empty', '', 'malformed-body', []],
    ['is cut off', '{"request":"Summ', 'malformed-body', []],
    ['is not JSON', 'request=Summarise', 'malformed-body', []],
    ['has a comma too many', '{"request":"Summarise",}', 'malformed-body', []],
    ['is not UTF-8', Buffer.from('{"request":"caf\xe9"}', 'latin1'), 'malformed-body', []],
    ['would reach a prototype', '{"request":"x","__proto__":{"admin":true}}', 'malformed-body', []],
    ['would reach one deep inside', tool('{"a":[{"__proto__":1}]}'), 'malformed-body', []],
    [
      'would reach one by another way',
      tool('{"constructor":{"prototype":{}}}'),
      'malformed-body',
      [],
    ],
    ['is null', 'null', 'invalid-request', ['']],
    ['is an array', '[]', 'invalid-request', ['']],
    ['is a text', '"Summarise"', 'invalid-request', ['']],
    ['is a number', '1', 'invalid-request', ['']],
    ['has no field', '{}', 'invalid-request', ['request']],
    ['is nested 10,000 deep', '['.repeat(10_000) + ']'.repeat(10_000), 'invalid-request', []],
    [
      'has arguments nested 10,000 deep',
      tool('{"a":'.repeat(10_000) + '1' + '}'.repeat(10_000)),
      'invalid-request',
      [],
    ],
    ['is opened 500,000 times', '['.repeat(500_000), 'malformed-body', []],
    ['has half a surrogate pair', '{"request":"\\ud800"}', 'invalid-request', ['request']],
    ['has half a pair in an argument', tool('{"a":{"b":"\\udc00"}}'), 'invalid-request', ['args']],
    ['has half a pair in the name of one', tool('{"\\ud800":1}'), 'invalid-request', ['args']],
    ['has an infinite number', tool('{"a":1e400}'), 'invalid-request', ['args.a']],
    [
      'has an integer that was rounded',
      tool('{"a":12345678901234567890}'),
      'invalid-request',
      ['args'],
    ],
    [
      'has the unknown field constructor',
      '{"request":"x","constructor":1}',
      'invalid-request',
      ['constructor'],
    ],
    [
      'has the unknown field prototype',
      '{"request":"x","prototype":{}}',
      'invalid-request',
      ['prototype'],
    ],
    [
      'has the unknown field toString',
      '{"request":"x","toString":1}',
      'invalid-request',
      ['toString'],
    ],
  ])('because its body %s', async (_, raw, code, fields) => {
    await expectRefusal(await submit({ raw }), 400, code, fields);
  });

  it.each<[string, object, readonly string[]]>([
    ['no request', { onBehalfOf: 'employee-001' }, ['request']],
    ['an empty request', { request: '' }, ['request']],
    ['a blank request', { request: ' \n\t ' }, ['request']],
    ['a number for a request', { request: 7 }, ['request']],
    ['an array for a request', { request: ['Summarise'] }, ['request']],
    ['a request too long', { request: 'a'.repeat(200_001) }, ['request']],
    ['unknown fields', { ...SUMMARY, tool: 'exec', risk: 'green' }, ['tool', 'risk']],
    ['an unknown kind', { ...SUMMARY, kind: 'shell' }, ['kind']],
    ['a list for a kind', { ...SUMMARY, kind: ['chat'] }, ['kind']],
    ['a text for a temperature', { ...SUMMARY, temperature: '1' }, ['temperature']],
    ['too high a temperature', { ...SUMMARY, temperature: 2.1 }, ['temperature']],
    ['too low a temperature', { ...SUMMARY, temperature: -0.1 }, ['temperature']],
    ['nobody behind it', { ...SUMMARY, onBehalfOf: '' }, ['onBehalfOf']],
    ['null behind it', { ...SUMMARY, onBehalfOf: null }, ['onBehalfOf']],
    ['too long a name behind it', { ...SUMMARY, onBehalfOf: 'e'.repeat(201) }, ['onBehalfOf']],
    ['an agent that is a path', { ...SUMMARY, agent: '../main' }, ['agent']],
    ['an agent that is empty', { ...SUMMARY, agent: '' }, ['agent']],
    [
      'a session key with a line break',
      { ...SUMMARY, sessionKey: 'a\r\nx-admin: 1' },
      ['sessionKey'],
    ],
    ['a session key with NUL', { ...SUMMARY, sessionKey: 'a\0b' }, ['sessionKey']],
    ['a session key too long', { ...SUMMARY, sessionKey: 'k'.repeat(201) }, ['sessionKey']],
    [
      'the session key of another agent',
      { ...SUMMARY, sessionKey: 'agent:other:x' },
      ['sessionKey'],
    ],
    ['no tool', { kind: 'tool', args: {} }, ['tool']],
    ['a tool with NUL', { kind: 'tool', tool: 'a\0b' }, ['tool']],
    ['a list of arguments', { kind: 'tool', tool: 'sessions_list', args: [1] }, ['args']],
    ['an empty action', { kind: 'tool', tool: 'sessions_list', action: '' }, ['action']],
    ['several wrong fields', { request: 1, agent: 1, more: 1 }, ['request', 'agent', 'more']],
  ])('because it has %s', async (_, body, fields) => {
    await expectRefusal(await submit({ body }), 400, 'invalid-request', fields);
  });

  it('because the gateway has no such agent', async () => {
    const answer = await submit({ body: { ...SUMMARY, agent: 'nobody' } });
    await expectRefusal(answer, 400, 'unknown-agent', ['agent']);
  });

  it.each([
    ['idempotency-key', ''],
    ['idempotency-key', 'two words'],
    ['idempotency-key', 'k'.repeat(256)],
    ['idempotency-key', 'cl\u00e9'],
    ['idempotency-key', ['one', 'two']],
    ['x-correlation-id', 'two words'],
    ['x-correlation-id', 'c'.repeat(201)],
  ])('because its header %s is %j', async (header, value) => {
    const answer = await submit({ body: SUMMARY, headers: { [header]: value } });
    await expectRefusal(answer, 400, 'invalid-request', [header]);
  });

  it.each([
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data; boundary=x',
    'application/jsonp',
    'application/json, text/plain',
    'rubbish',
    '',
  ])('because it is of the media type "%s"', async (type) => {
    const answer = await submit({
      raw: JSON.stringify(SUMMARY),
      headers: { 'content-type': type },
    });
    await expectRefusal(answer, 415, 'unsupported-media-type', []);
  });

  it('because it is larger than 1 MiB, said beforehand or not', async () => {
    const large = Buffer.from(`{"request":"${'a'.repeat(1_048_576)}"}`);
    await expectRefusal(await submit({ raw: large }), 413, 'body-too-large', []);
    const chunked = await submit({ raw: inChunks(large) });
    await expectRefusal(chunked, 413, 'body-too-large', []);
  });

  it('because there is none', async () => {
    await expectRefusal(await submit({}), 400, 'invalid-request', ['']);
  });
});

describe('A decision is turned down', () => {
  const decide = (id: string, body: object) =>
    docket.call('grace', 'POST', `/v1/requests/${id}/decisions`, { body });
  const good = () => ({ decision: 'approve', contentDigest: waiting.contentDigest });

  it.each<[string, (of: ReturnType<typeof good>) => object, readonly string[]]>([
    ['nothing', () => ({}), ['decision']],
    ['an unknown decision', (of) => ({ ...of, decision: 'maybe' }), ['decision']],
    ['no digest', ({ decision }) => ({ decision }), ['contentDigest']],
    [
      'a digest in upper case',
      (of) => ({ ...of, contentDigest: of.contentDigest.toUpperCase() + 'A' }),
      ['contentDigest'],
    ],
    ['a number for a comment', (of) => ({ ...of, comment: 1 }), ['comment']],
    ['a comment too long', (of) => ({ ...of, comment: 'c'.repeat(4_001) }), ['comment']],
    ['half a surrogate pair', (of) => ({ ...of, comment: '\ud800' }), ['comment']],
    ['an unknown field', (of) => ({ ...of, by: 'linus' }), ['by']],
  ])('because it says %s', async (_, body, fields) => {
    await expectRefusal(await decide(waiting.id, body(good())), 400, 'invalid-request', fields);
  });

  it('because the digest is another one, the id no UUID, or of no request', async () => {
    const stale = { ...good(), contentDigest: '0'.repeat(64) };
    await expectRefusal(await decide(waiting.id, stale), 409, 'content-changed', ['contentDigest']);
    await expectRefusal(await decide('1', good()), 400, 'invalid-request', ['id']);
    await expectRefusal(await decide(UNKNOWN, good()), 404, 'request-not-found', []);
  });
});

describe('A withdrawal is turned down', () => {
  it.each<[object, string, readonly string[]]>([
    [{ reason: 'x' }, 'invalid-request', ['reason']],
    [{ comment: 7 }, 'invalid-request', ['comment']],
    [[], 'invalid-request', ['']],
  ])('because of its body %j', async (body, code, fields) => {
    const path = `/v1/requests/${waiting.id}/withdrawal`;
    await expectRefusal(await docket.call('ada', 'POST', path, { body }), 400, code, fields);
  });
});

async function* inChunks(bytes: Buffer): AsyncGenerator<Buffer> {
  for (let start = 0; start < bytes.length; start += 65_536) {
    yield bytes.subarray(start, start + 65_536);
  }
}
