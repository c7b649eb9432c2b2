import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import {
  hang,
  json,
  startOpenclawStub,
  STUB_TOKEN,
  text,
  toolError,
  type OpenclawStub,
} from '../../../test/support/openclaw-stub.js';
import type { AgentCall, AgentGateway } from '../agent-gateway.js';
import { AgentGatewayError } from '../agent-gateway.errors.js';
import { GOVERNANCE_SYSTEM_PROMPT } from '../system-prompt.js';
import { createGatewayClient } from './gateway-client.js';

const DEADLINE = 5_000;

const chat: AgentCall = { kind: 'chat', request: 'Hello', agent: 'main', sessionKey: 'conv-1' };
const tool: AgentCall = {
  kind: 'tool',
  tool: 'sessions_list',
  action: 'json',
  args: { limit: 3 },
  agent: 'main',
  sessionKey: 'main',
};

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

const bodyOf = (index: number): unknown => JSON.parse(stub.requests[index]?.body ?? '');

const failureOf = (run: Promise<unknown>): Promise<AgentGatewayError> =>
  run.then(
    () => {
      throw new Error('It was answered.');
    },
    (error: AgentGatewayError) => error,
  );

describe('What the gateway is sent', () => {
  it('is a chat with the governance prompt before the request', async () => {
    await client.run({ ...chat, temperature: 0.2 }, DEADLINE);
    expect(stub.requests).toEqual([
      expect.objectContaining({ method: 'POST', path: '/v1/chat/completions' }),
    ]);
    expect(bodyOf(0)).toEqual({
      model: 'openclaw:main',
      messages: [
        { role: 'system', content: GOVERNANCE_SYSTEM_PROMPT },
        { role: 'user', content: 'Hello' },
      ],
      temperature: 0.2,
      stream: false,
    });
  });

  it('has no temperature when the call has none', async () => {
    await client.run(chat, DEADLINE);
    expect(bodyOf(0)).not.toHaveProperty('temperature');
  });

  it('carries the token and the session, named with its agent', async () => {
    await client.run(chat, DEADLINE);
    expect(stub.requests[0]?.headers).toMatchObject({
      authorization: `Bearer ${STUB_TOKEN}`,
      'content-type': 'application/json',
      'x-openclaw-session-key': 'agent:main:conv-1',
    });
  });

  it('keeps a session key that names the agent as it is given', async () => {
    await client.run({ ...chat, sessionKey: 'agent:main:conv-1' }, DEADLINE);
    expect(stub.requests[0]?.headers['x-openclaw-session-key']).toBe('agent:main:conv-1');
  });

  it('is a tool call with its agent and session', async () => {
    await client.run(tool, DEADLINE);
    expect(stub.requests[0]?.path).toBe('/tools/invoke');
    expect(bodyOf(0)).toEqual({
      tool: 'sessions_list',
      action: 'json',
      args: { limit: 3 },
      agentId: 'main',
      sessionKey: 'agent:main:main',
    });
  });

  it('goes behind the path of the URL', async () => {
    const nested = createGatewayClient({ url: `${stub.url}/openclaw/`, token: STUB_TOKEN });
    await nested.run(chat, DEADLINE);
    await expect(nested.ready()).resolves.toBe(true);
    await nested.close();
    expect(stub.requests[0]?.path).toBe('/openclaw/v1/chat/completions');
  });

  it.each(['', ' main', 'a\r\nx-evil: 1', 'käse', 'a\u0000'])(
    'is nothing for the session key %j, which no header carries',
    async (sessionKey) => {
      const failure = await failureOf(client.run({ ...chat, sessionKey }, DEADLINE));
      expect(failure).toMatchObject({ code: 'call-invalid', outcome: 'failed' });
      expect(stub.requests).toEqual([]);
    },
  );

  it.each(['agent:other:x', 'AGENT:other:x', 'agent:', 'agent:main', 'agent::main:x'])(
    'is nothing for the session key %j, which names another agent or none',
    async (sessionKey) => {
      const failure = await failureOf(client.run({ ...chat, sessionKey }, DEADLINE));
      expect(failure).toMatchObject({ code: 'call-invalid', outcome: 'failed' });
      expect(stub.requests).toEqual([]);
    },
  );
});

describe('What the gateway answers', () => {
  it('is the text, the run and the usage of a chat', async () => {
    const answer = { id: 'chatcmpl_7', choices: [{ message: { content: 'Done.' } }] };
    const usage = { prompt_tokens: 10, completion_tokens: 4, total_tokens: 14 };
    stub.next(json(200, { ...answer, usage }));
    await expect(client.run(chat, DEADLINE)).resolves.toEqual({
      runId: 'chatcmpl_7',
      response: 'Done.',
      usage: { promptTokens: 10, completionTokens: 4, totalTokens: 14 },
    });
  });

  it.each([undefined, null, {}, { prompt_tokens: -1, completion_tokens: 0, total_tokens: 0 }])(
    'keeps a chat whose usage is %j',
    async (usage) => {
      stub.next(json(200, { id: 'chatcmpl_7', choices: [{ message: { content: 'x' } }], usage }));
      await expect(client.run(chat, DEADLINE)).resolves.toMatchObject({ usage: null });
    },
  );

  it('is every text of a tool, one below the other', async () => {
    const image = { type: 'image', data: 'iVBO', mimeType: 'image/png' };
    const content = [{ type: 'text', text: 'a' }, image, { type: 'text', text: 'b' }];
    stub.next(json(200, { ok: true, result: { content } }));
    await expect(client.run(tool, DEADLINE)).resolves.toEqual({
      runId: null,
      response: 'a\nb',
      usage: null,
    });
  });

  it('becomes well-formed text, so that its digest can be checked', async () => {
    const body = '{"id":"chatcmpl_7","choices":[{"message":{"content":"a\\ud800b"}}]}';
    stub.next(text(200, 'application/json', body));
    await expect(client.run(chat, DEADLINE)).resolves.toMatchObject({ response: 'a\uFFFDb' });
  });
});

const chatError = (status: number, type: string, message = 'Words.') =>
  json(status, { error: { message, type } });

describe('What the gateway turns down', () => {
  it.each([
    [400, 'invalid_request_error', "Unknown agent 'x'.", 'agent-unknown', 'failed'],
    [400, 'invalid_request_error', 'Missing user message.', 'call-invalid', 'failed'],
    [401, 'unauthorized', 'Unauthorized', 'gateway-unauthorized', 'failed'],
    [401, 'authentication_error', 'Bad key', 'model-unauthorized', 'unknown'],
    [402, 'insufficient_quota', 'Pay first', 'gateway-error', 'unknown'],
    [403, 'forbidden', 'No', 'gateway-error', 'failed'],
    [403, 'proxy_attribution_required', 'No', 'gateway-error', 'failed'],
    [408, 'api_error', 'upstream provider timeout', 'gateway-error', 'unknown'],
    [413, 'invalid_request_error', 'Payload too large', 'call-too-large', 'failed'],
    [422, 'invalid_request_error', 'No', 'call-invalid', 'failed'],
    [429, 'rate_limit_error', 'Slow down', 'gateway-rate-limited', 'unknown'],
    [500, 'api_error', 'internal error', 'gateway-error', 'unknown'],
    [502, 'api_error', 'upstream provider error', 'gateway-error', 'unknown'],
    [503, 'unavailable', 'draining', 'gateway-unavailable', 'unknown'],
    [504, 'api_error', 'upstream provider timeout', 'gateway-error', 'unknown'],
  ])('with %i %s (%s) is a chat that is %s, %s', async (status, type, message, code, outcome) => {
    stub.next(chatError(status, type, message));
    const failure = await failureOf(client.run(chat, DEADLINE));
    expect(failure).toBeInstanceOf(AgentGatewayError);
    expect(failure).toMatchObject({
      code,
      outcome,
      message: `The gateway answered ${status}: ${message}`,
    });
  });

  it.each([
    [400, 'invalid_request', 'Unknown agent id "x"', 'agent-unknown', 'failed'],
    [400, 'invalid_request', 'tools.invoke requires name', 'call-invalid', 'failed'],
    [400, 'tool_error', 'bad arguments', 'call-invalid', 'failed'],
    [403, 'tool_call_blocked', 'blocked by a hook', 'tool-blocked', 'failed'],
    [404, 'not_found', 'Tool not available: x', 'tool-unknown', 'failed'],
    [500, 'tool_error', 'tool execution failed', 'tool-failed', 'unknown'],
    [500, 'api_error', 'internal error', 'gateway-error', 'unknown'],
    [503, 'unavailable', 'retry shortly', 'gateway-unavailable', 'unknown'],
  ])('with %i %s (%s) is a tool call that is %s, %s', async (...row) => {
    const [status, type, message, code, outcome] = row;
    stub.next(toolError(status, type, message));
    await expect(client.run(tool, DEADLINE)).rejects.toMatchObject({ code, outcome });
  });

  it.each([
    [404, 'Not Found', 'gateway-error', 'failed'],
    [405, 'Method Not Allowed', 'gateway-error', 'failed'],
    [401, '<html>Log in</html>', 'gateway-unauthorized', 'failed'],
    [502, '<html>Bad Gateway</html>', 'gateway-error', 'unknown'],
  ])('with %i and no words of its own is judged by its status', async (...row) => {
    const [status, body, code, outcome] = row;
    stub.next(text(status, 'text/html', body));
    await expect(client.run(tool, DEADLINE)).rejects.toMatchObject({
      code,
      outcome,
      message: `The gateway answered ${status}: It gave no reason.`,
    });
  });

  it('for its rate says when to come back', async () => {
    const body = { error: { message: 'Too many attempts.', type: 'rate_limited' } };
    stub.next(json(429, body, { 'retry-after': '17' }));
    await expect(client.run(chat, DEADLINE)).rejects.toMatchObject({
      code: 'gateway-rate-limited',
      message: 'The gateway answered 429: Too many attempts. Retry after 17 s.',
    });
  });

  it('is told in one short line without the token', async () => {
    const hidden = `${STUB_TOKEN.slice(0, 9)}\u200b\u0007${STUB_TOKEN.slice(9)}`;
    const message = `bad\r\n\u001b[31mtoken ${STUB_TOKEN} or ${hidden} ${'x'.repeat(1_000)}`;
    stub.next(chatError(400, 'invalid_request_error', message));
    const failure = await failureOf(client.run(chat, DEADLINE));
    expect(failure.message).toContain('bad [31mtoken [redacted] or [redacted] xxx');
    expect(failure.message.length).toBeLessThanOrEqual(300);
    expect(failure.message).not.toMatch(/\p{C}/u);
  });
});

describe('Asking whether the gateway takes calls', () => {
  it('does not show it the token', async () => {
    stub.readiness((response, request) => {
      const authorized = request.headers.authorization !== undefined;
      json(200, { ready: !authorized })(response, request);
    });
    await expect(client.ready()).resolves.toBe(true);
  });

  it.each([
    ['it says no', json(503, { ready: false })],
    ['it says no with 200', json(200, { ready: false })],
    ['it is no gateway', text(200, 'text/html', '<html>')],
    ['it does not answer', hang],
  ])('is answered with no when %s', async (_when, behaviour) => {
    stub.readiness(behaviour);
    await expect(client.ready()).resolves.toBe(false);
  });

  it('does not wait for long runs', async () => {
    const narrow = createGatewayClient({ url: stub.url, token: STUB_TOKEN, maxConnections: 1 });
    stub.next(hang);
    const run = failureOf(narrow.run(chat, DEADLINE));
    await expect(narrow.ready()).resolves.toBe(true);
    await narrow.close();
    await expect(run).resolves.toMatchObject({ code: 'gateway-disconnected' });
  });
});

describe('Asking which agents the gateway has', () => {
  it.each([
    ['turns the caller down', chatError(401, 'unauthorized')],
    ['answers something else', json(200, { data: 'none' })],
    ['is no gateway', text(200, 'text/html', '<html>')],
  ])('is not answered by one that %s', async (_what, behaviour) => {
    stub.next(behaviour);
    await expect(client.agents()).resolves.toBeNull();
  });
});

describe('A client with wrong options', () => {
  it.each([
    ['url', { url: 'ftp://gateway', token: 'secret-value' }],
    ['url', { url: 'http://user:pass@gateway', token: 'secret-value' }],
    ['url', { url: 'gateway:18789', token: 'secret-value' }],
    ['token', { url: 'http://gateway', token: 'secret value\n' }],
    ['token', { url: 'http://gateway', token: '' }],
    ['maxConnections', { url: 'http://gateway', token: 'secret-value', maxConnections: 0 }],
    ['maxResponseBytes', { url: 'http://gateway', token: 'secret-value', maxResponseBytes: 0.5 }],
  ])('is not made, and the error names %s without its value', (option, options) => {
    const make = () => createGatewayClient(options);
    expect(make).toThrow(`Wrong gateway client options: ${option}.`);
  });
});
