import { EventEmitter } from 'node:events';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import {
  completion,
  drip,
  flood,
  hang,
  hangUp,
  json,
  raw,
  resetMidBody,
  startOpenclawStub,
  STUB_TOKEN,
  text,
  type OpenclawStub,
} from '../../../test/support/openclaw-stub.js';
import type { AgentCall, AgentGateway } from '../agent-gateway.js';
import { AgentGatewayError } from '../agent-gateway.errors.js';
import { createGatewayClient } from './gateway-client.js';

const DEADLINE = 5_000;

const chat: AgentCall = { kind: 'chat', request: 'Hello', agent: 'main', sessionKey: 'conv-1' };
const tool: AgentCall = { ...chat, kind: 'tool', tool: 'sessions_list', action: '', args: {} };

let stub: OpenclawStub;
let client: AgentGateway;

beforeEach(async () => {
  stub = await startOpenclawStub();
  client = createGatewayClient({ url: stub.url, token: STUB_TOKEN });
});

afterEach(async () => {
  await client.close();
  await stub.close();
});

const isFailure = (code: AgentGatewayError['code'], outcome: AgentGatewayError['outcome']) =>
  expect.objectContaining({ name: 'AgentGatewayError', code, outcome });

async function runAt(url: string, deadline = DEADLINE) {
  const lost = createGatewayClient({ url, token: STUB_TOKEN });
  try {
    return await lost.run(chat, deadline);
  } finally {
    await lost.close();
  }
}

/** The words the call ends with; every other end than an answer or a failure with a code is thrown. */
async function wordsOf(call: AgentCall): Promise<string> {
  try {
    return (await client.run(call, 1_000)).response;
  } catch (error) {
    if (error instanceof AgentGatewayError) return error.message;
    throw error;
  }
}

describe('An answer that cannot be read', () => {
  const body = completion('Hi');

  it.each([
    ['not JSON', text(200, 'application/json', '{"id":')],
    ['empty', text(200, 'application/json', '')],
    ['not UTF-8', text(200, 'application/json', Buffer.from('7b22ff227d', 'hex'))],
    ['of another content type', text(200, 'text/plain', JSON.stringify(body))],
    ['of no content type', raw('HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}')],
    ['a stream', text(200, 'text/event-stream', 'data: {"error":{}}\n\ndata: [DONE]\n\n')],
    ['without choices', json(200, { ...body, choices: [] })],
    ['without content', json(200, { ...body, choices: [{ message: { content: null } }] })],
    ['without a run', json(200, { ...body, id: '' })],
    ['an error with status 200', json(200, { ok: false, error: { type: 'x', message: 'y' } })],
    ['a list', json(200, [body])],
    ['an answer with status 201', json(201, body)],
    ['an answer with status 204', text(204, 'application/json', '')],
    ['a redirect', json(307, body, { location: '/v1/chat/completions' })],
    ['not HTTP', raw('SSH-2.0-OpenSSH_9.9\r\n')],
  ])('leaves open what the run did when it is %s', async (_what, behaviour) => {
    stub.next(behaviour);
    await expect(client.run(chat, DEADLINE)).rejects.toEqual(
      isFailure('gateway-malformed-answer', 'unknown'),
    );
    expect(stub.requests).toHaveLength(1);
  });

  it.each([
    ['without a result', { ok: true }],
    ['without content', { ok: true, result: {} }],
    ['with a text that is none', { ok: true, result: { content: [{ type: 'text', text: 1 }] } }],
    ['that failed with status 200', { ok: false, result: { content: [] } }],
  ])('leaves open what the tool did when it is a result %s', async (_what, answer) => {
    stub.next(json(200, answer));
    await expect(client.run(tool, DEADLINE)).rejects.toEqual(
      isFailure('gateway-malformed-answer', 'unknown'),
    );
  });
});

describe('An answer that is too large', () => {
  it('is cut off while it is read', async () => {
    stub.next(flood);
    await expect(client.run(chat, DEADLINE)).rejects.toEqual(
      isFailure('gateway-oversized-answer', 'unknown'),
    );
  });

  it('is one byte above the limit', async () => {
    const body = JSON.stringify(completion('Hi'));
    const options = { url: stub.url, token: STUB_TOKEN, maxResponseBytes: body.length };
    const narrow = createGatewayClient(options);
    stub.next(text(200, 'application/json', body), text(200, 'application/json', `${body} `));
    await expect(narrow.run(chat, DEADLINE)).resolves.toMatchObject({ response: 'Hi' });
    await expect(narrow.run(chat, DEADLINE)).rejects.toEqual(
      isFailure('gateway-oversized-answer', 'unknown'),
    );
    await narrow.close();
  });

  it('may also have too large headers', async () => {
    stub.next(raw(`HTTP/1.1 200 OK\r\nx: ${'y'.repeat(100_000)}\r\n\r\n`));
    await expect(client.run(chat, DEADLINE)).rejects.toEqual(
      isFailure('gateway-oversized-answer', 'unknown'),
    );
  });
});

describe('A connection that breaks off', () => {
  it.each([
    ['before the answer', hangUp],
    ['in the middle of the answer', resetMidBody],
    ['before the end of the answer', raw('HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\n{"id"')],
  ])('%s leaves open what the run did, and it is not sent again', async (_when, behaviour) => {
    stub.next(behaviour);
    await expect(client.run(chat, DEADLINE)).rejects.toEqual(
      isFailure('gateway-disconnected', 'unknown'),
    );
    expect(stub.requests).toHaveLength(1);
  });

  it('after it was kept alive is no reason to send again either', async () => {
    const narrow = createGatewayClient({ url: stub.url, token: STUB_TOKEN, maxConnections: 1 });
    await narrow.run(chat, DEADLINE);
    stub.next(hangUp);
    await expect(narrow.run(chat, DEADLINE)).rejects.toEqual(
      isFailure('gateway-disconnected', 'unknown'),
    );
    await narrow.close();
    expect(stub.requests).toHaveLength(2);
    expect(stub.connections).toBe(1);
  });
});

describe('The deadline', () => {
  it.each([
    ['no answer at all', hang],
    ['an answer that drips', drip],
  ])('ends %s', async (_what, behaviour) => {
    stub.next(behaviour);
    const started = performance.now();
    await expect(client.run(chat, 150)).rejects.toEqual(isFailure('gateway-timeout', 'unknown'));
    expect(performance.now() - started).toBeLessThan(500);
  });

  it('ends a call that waits for a connection, and it is never sent', async () => {
    const narrow = createGatewayClient({ url: stub.url, token: STUB_TOKEN, maxConnections: 1 });
    const released = new EventEmitter();
    stub.next((...exchange) => {
      released.once('now', () => json(200, completion('At last'))(...exchange));
    });
    const first = narrow.run(chat, DEADLINE);
    await expect(narrow.run(chat, 100)).rejects.toEqual(isFailure('gateway-timeout', 'failed'));
    released.emit('now');
    await expect(first).resolves.toMatchObject({ response: 'At last' });
    await expect(narrow.run(tool, DEADLINE)).resolves.toBeDefined();
    expect(stub.requests.map(({ path }) => path)).toEqual([
      '/v1/chat/completions',
      '/tools/invoke',
    ]);
    await narrow.close();
  });

  it.each([0, -1, Number.NaN])('of %d ms has passed before anything is sent', async (deadline) => {
    await client.run(chat, DEADLINE);
    const late = client.run(chat, deadline);
    await expect(late).rejects.toEqual(isFailure('gateway-timeout', 'failed'));
    expect(stub.requests).toHaveLength(1);
  });

  it('may lie beyond what a timer can hold', async () => {
    await expect(client.run(chat, 2 ** 40)).resolves.toBeDefined();
  });
});

describe('Giving up', () => {
  it('closes the connection, which cancels the run', async () => {
    const caller = new AbortController();
    const cancelled = new Promise<void>((resolve) => {
      stub.next((response) => {
        response.on('close', () => resolve());
        caller.abort();
      });
    });
    await expect(client.run(chat, DEADLINE, caller.signal)).rejects.toEqual(
      isFailure('gateway-disconnected', 'unknown'),
    );
    await cancelled;
  });
});

describe('A gateway that cannot be reached', () => {
  it('because it refuses connections certainly ran nothing', async () => {
    await stub.close();
    await expect(runAt(stub.url)).rejects.toEqual(isFailure('gateway-unreachable', 'failed'));
  });

  it('because it refuses connections is not waited for beyond the deadline', async () => {
    await stub.close();
    await expect(runAt(stub.url, 20)).rejects.toEqual(isFailure('gateway-timeout', 'failed'));
  });

  it('at first is tried again for a moment', async () => {
    await stub.close();
    const answered = runAt(stub.url);
    await new Promise((resolve) => setTimeout(resolve, 100));
    stub = await startOpenclawStub({ port: Number(new URL(stub.url).port) });
    await expect(answered).resolves.toBeDefined();
    expect(stub.requests).toHaveLength(1);
  });

  it('because its name does not exist certainly ran nothing', async () => {
    await expect(runAt('http://docket-gateway.invalid')).rejects.toEqual(
      isFailure('gateway-unreachable', 'failed'),
    );
  });

  it('because it speaks no TLS certainly ran nothing', async () => {
    await expect(runAt(stub.url.replace('http:', 'https:'))).rejects.toEqual(
      isFailure('gateway-unreachable', 'failed'),
    );
    expect(stub.requests).toEqual([]);
    expect(stub.connections).toBe(1);
  });

  it('is not ready and names no agents', async () => {
    await stub.close();
    await expect(client.ready()).resolves.toBe(false);
    await expect(client.agents()).resolves.toBeNull();
  });
});

describe('Many calls', () => {
  it('run side by side over connections that are kept', async () => {
    const wide = createGatewayClient({ url: stub.url, token: STUB_TOKEN, maxConnections: 10 });
    const call = (index: number) => wide.run({ ...chat, request: `${index}` }, DEADLINE);
    const answers = await Promise.all(Array.from({ length: 100 }, (_, index) => call(index)));
    await wide.close();
    expect(answers.map(({ response }) => response)).toEqual(
      answers.map((_, index) => `You said: ${index}`),
    );
    expect(new Set(answers.map(({ runId }) => runId)).size).toBe(100);
    expect(stub.connections).toBe(10);
  });
});

describe('Whatever the gateway sends', () => {
  const bytes = fc.oneof(
    fc.uint8Array({ maxLength: 200 }),
    fc.json().map((value) => Buffer.from(value)),
    fc
      .string({ unit: 'binary' })
      .map((content) => Buffer.from(JSON.stringify(completion(content)))),
  );
  const calls = fc.constantFrom(chat, tool);

  it('as a body is an answer or a failure with a code', async () => {
    const status = fc.oneof(fc.constant(200), fc.integer({ min: 200, max: 599 }));
    await fc.assert(
      fc.asyncProperty(calls, status, bytes, async (asked, code, body) => {
        stub.next(text(code, 'application/json', body));
        expect(await wordsOf(asked)).not.toContain(STUB_TOKEN);
      }),
      { numRuns: 200 },
    );
  });

  it('instead of HTTP is a failure with a code', async () => {
    const head = fc.constantFrom('', 'HTTP/1.1 200 OK\r\n', 'HTTP/1.1 200 OK\r\n\r\n');
    await fc.assert(
      fc.asyncProperty(calls, head, bytes, async (asked, start, rest) => {
        stub.next(raw(Buffer.concat([Buffer.from(start), rest])));
        expect(await wordsOf(asked)).not.toContain(STUB_TOKEN);
      }),
      { numRuns: 100 },
    );
  });

  it('as words of an error never shows the token', async () => {
    const words = fc.array(fc.oneof(fc.string({ unit: 'binary' }), fc.constant(STUB_TOKEN)));
    await fc.assert(
      fc.asyncProperty(words, async (parts) => {
        stub.next(json(400, { error: { message: parts.join(''), type: 'x' } }));
        expect(await wordsOf(chat)).not.toContain(STUB_TOKEN);
      }),
      { numRuns: 100 },
    );
  });
});
