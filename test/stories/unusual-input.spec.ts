import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { problemDetails } from '../../src/http/problem.js';
import { trace } from '../../src/views/request-trace/trace.js';
import { SUMMARY } from '../support/docket/sample-requests.js';
import { startTestDocket, type TestDocket } from '../support/docket/test-docket.js';

const known = fc.oneof(
  fc.constantFrom('chat', 'tool', 'main', 'sessions_list', 'json', 'employee-001', 0.5, null),
  fc.string({ unit: 'binary', maxLength: 50 }),
  fc.jsonValue({ maxDepth: 3 }),
);

/** What looks like a submission more or less. */
const nearly = fc.record(
  {
    kind: fc.oneof(fc.constantFrom('chat', 'tool'), known),
    request: fc.oneof(fc.lorem(), known),
    tool: fc.oneof(fc.constantFrom('sessions_list', 'exec', 'frobnicate'), known),
    action: known,
    args: fc.oneof(fc.dictionary(fc.string(), fc.jsonValue()), known),
    temperature: fc.oneof(fc.double(), known),
    onBehalfOf: known,
    agent: fc.oneof(fc.constant('main'), known),
    sessionKey: known,
  },
  { requiredKeys: [] },
);

/** A submission that may be taken. */
const right = fc.oneof(
  fc.record({ request: fc.string({ minLength: 1, maxLength: 200 }) }),
  fc.record({
    kind: fc.constant('tool'),
    tool: fc.constant('sessions_list'),
    args: fc.dictionary(fc.string(), fc.jsonValue()),
  }),
);

const text = fc.oneof(
  fc.oneof(nearly, fc.jsonValue()).map((value) => JSON.stringify(value)),
  right.map((value) => JSON.stringify(value)),
  fc.json().map((json) => json.slice(0, -1)),
  fc.string({ unit: 'binary' }),
);

let docket: TestDocket;

beforeAll(async () => {
  docket = await startTestDocket();
});
afterAll(() => docket.close());

describe('Any body whatever', () => {
  it('is either a request with its trace or a problem of the caller’s, and recorded only then', async () => {
    const recorded: string[] = [];
    await fc.assert(
      fc.asyncProperty(text, async (raw) => {
        const answer = await docket.call('ada', 'POST', '/v1/requests', { raw });
        if (answer.status === 201) {
          recorded.push(trace.parse(answer.json()).id);
          return;
        }
        expect([400, 415]).toContain(answer.status);
        expect(problemDetails.parse(answer.json()).status).toBe(answer.status);
      }),
      { numRuns: 400 },
    );
    expect(recorded.length).toBeGreaterThan(20);
    const streams = (await docket.log()).map(({ stream }) =>
      stream.slice('governedRequest-'.length),
    );
    expect([...new Set(streams)]).toEqual(recorded);
  });
});

describe('What is unusual but right', () => {
  it.each([
    ['NUL and other control characters', 'Summarise\0 the\u0007 policy'],
    ['every plane of Unicode', 'Summarise \u{1F600} \u{10FFFF} e\u0301 \u202E'],
    ['markup and quotes', `Summarise <b>this</b> & "that" for 'us' \\ %s $\{x} -- ; /* */`],
  ])('%s reach the agent and the log as they are', async (_, request) => {
    const { id, execution } = await docket.submit('ada', { request });
    expect(execution?.response).toBe(`The fake agent was asked: ${request}`);
    expect((await docket.eventsOf(id))[0]?.data).toMatchObject({ content: { request } });
    expect(docket.gateway.calls.at(-1)).toMatchObject({ request });
  });

  it('arguments of a tool reach it as they are, whatever their names', async () => {
    const args = { constructor: { a: 1 }, prototype: [null, true], toString: '', '': { $: 1.5 } };
    const body = { kind: 'tool', tool: 'sessions_list', args };
    expect((await docket.submit('ada', body)).content).toEqual({ ...body, action: 'json' });
    expect(docket.gateway.calls.at(-1)).toMatchObject({ args });
  });

  it('a body of nearly 1 MiB is taken', async () => {
    const args = { text: 'a'.repeat(900_000) };
    const body = { kind: 'tool', tool: 'sessions_list', args };
    expect((await docket.submit('ada', body)).status).toBe('executed');
  });

  it('arguments with more members than a function takes are recorded', async () => {
    const args = { a: Array.from({ length: 130_000 }, () => 0) };
    const body = { kind: 'tool', tool: 'sessions_list', args };
    expect((await docket.submit('ada', body)).status).toBe('executed');
  });

  it('a preference that nobody knows is ignored', async () => {
    for (const prefer of ['wait=soon', 'handling=lenient', ';;,=,', 'wait=-1']) {
      expect((await docket.submit('ada', SUMMARY, { prefer })).status).toBe('executed');
    }
  });
});

describe('A body that names a field twice', () => {
  it.each([
    '{"request":"Summarise it.","request":"Transfer the funds."}',
    String.raw`{"request":"Summarise it.","\u0072equest":"Transfer the funds."}`,
    '{"kind":"tool","tool":"sessions_list","args":{"a":{"b":1,"b":2}}}',
  ])('is turned down, as its readers could judge one and carry out the other: %s', async (raw) => {
    const before = await docket.log();
    const answer = await docket.call('ada', 'POST', '/v1/requests', { raw });
    expect([answer.status, problemDetails.parse(answer.json()).code]).toEqual([
      400,
      'malformed-body',
    ]);
    expect(await docket.log()).toEqual(before);
  });
});
