import { randomUUID } from 'node:crypto';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { z } from 'zod';

export const STUB_TOKEN = 'stub-token-5f2c9d81e6b74a30';

/** A request as the stub got it. */
interface StubRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Acts out one answer; the request is complete when it is called. */
export type Behaviour = (response: ServerResponse, request: StubRequest) => void;

/** A local HTTP server that answers as an OpenClaw gateway was seen to, until it is told to misbehave. */
export interface OpenclawStub {
  readonly url: string;
  /** Every request it got, in order, probes aside. */
  readonly requests: readonly StubRequest[];
  /** Connections that were opened so far. */
  readonly connections: number;
  /** How the next calls are answered, one each; later ones are answered properly again. */
  next(...behaviours: readonly Behaviour[]): void;
  /** How many of these no call has come for yet. */
  readonly awaited: number;
  /** What `/readyz` says from now on. */
  readiness(behaviour: Behaviour): void;
  close(): Promise<void>;
}

/** Starts a stub on a free port, or on `port`; a proper chat takes `latency` milliseconds. */
export async function startOpenclawStub({ latency = 0, port = 0 } = {}): Promise<OpenclawStub> {
  const requests: StubRequest[] = [];
  const script: Behaviour[] = [];
  let readyz: Behaviour = json(200, { ready: true });
  let connections = 0;

  const server = createServer((incoming, response) => {
    response.on('error', () => undefined);
    void receive(incoming).then((request) => {
      if (request.path.endsWith('/readyz')) return readyz(response, request);
      requests.push(request);
      return (script.shift() ?? properly(latency))(response, request);
    });
  });
  server.on('connection', () => (connections += 1));
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));

  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    get connections() {
      return connections;
    },
    next: (...behaviours) => void script.push(...behaviours),
    get awaited() {
      return script.length;
    },
    readiness: (behaviour) => (readyz = behaviour),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function receive(incoming: IncomingMessage): Promise<StubRequest> {
  const chunks: Buffer[] = [];
  await new Promise<void>((resolve) => {
    incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
    incoming.on('end', resolve);
    incoming.on('error', () => undefined);
  });
  const { method = '', url: path = '', headers } = incoming;
  return { method, path, headers, body: Buffer.concat(chunks).toString() };
}

/** A complete answer with a JSON body. */
export const json =
  (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Behaviour =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json; charset=utf-8', ...headers });
    response.end(JSON.stringify(body));
  };

/** A complete answer with any body. */
export const text =
  (status: number, contentType: string, body: string | Uint8Array): Behaviour =>
  (response) => {
    response.writeHead(status, { 'content-type': contentType });
    response.end(body);
  };

/** Never answers. */
export const hang: Behaviour = () => undefined;

/** Closes the connection without a word. */
export const hangUp: Behaviour = (response) => response.socket?.destroy();

/** Resets the connection after half of a proper body. */
export const resetMidBody: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': '1000' });
  response.write('{"id":"chatcmpl_', () => response.socket?.resetAndDestroy());
};

/** Sends proper headers, then a byte now and then, for ever. */
export const drip: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const timer = setInterval(() => response.write(' '), 10);
  response.on('close', () => clearInterval(timer));
};

/** Sends a body without end. */
export const flood: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'application/json' });
  const chunk = Buffer.alloc(64 * 1024, ' ');
  const pour = () => {
    while (response.write(chunk));
  };
  response.on('drain', pour);
  pour();
};

/** Writes these very bytes to the connection instead of an HTTP answer, and ends it. */
export const raw =
  (bytes: string | Uint8Array): Behaviour =>
  (response) => {
    response.socket?.end(bytes);
  };

/** A chat completion as the gateway sends it. */
export const completion = (content: string) => ({
  id: `chatcmpl_${randomUUID()}`,
  object: 'chat.completion',
  created: 1_795_370_935,
  model: 'openclaw:main',
  choices: [{ index: 0, message: { role: 'assistant', content }, finish_reason: 'stop' }],
  usage: { prompt_tokens: 5, completion_tokens: 3, total_tokens: 8 },
});

const chatRequest = z.object({
  model: z.string(),
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  temperature: z.number().optional(),
});

const toolRequest = z.object({
  tool: z.string(),
  agentId: z.string(),
  sessionKey: z.string(),
});

const MODELS = {
  object: 'list',
  data: ['openclaw', 'openclaw/default', 'openclaw/main'].map((id) => ({ id, object: 'model' })),
};

const MAX_TOOL_BODY = 2 * 1024 * 1024;

const properly =
  (latency: number): Behaviour =>
  (response, request) => {
    if (request.headers.authorization !== `Bearer ${STUB_TOKEN}`) {
      return json(401, { error: { message: 'Unauthorized', type: 'unauthorized' } })(
        response,
        request,
      );
    }
    if (request.path.endsWith('/v1/models')) return json(200, MODELS)(response, request);
    if (request.path.endsWith('/tools/invoke')) return tool(request)(response, request);
    const behaviour = chat(request);
    setTimeout(() => behaviour(response, request), latency);
  };

function chat({ body }: StubRequest): Behaviour {
  const { model, messages, temperature = 0 } = chatRequest.parse(JSON.parse(body));
  const agent = model.replace(/^openclaw[:/]/, '');
  if (agent !== 'main') return invalidChat(`Unknown agent '${agent}'.`);
  if (temperature > 2) return invalidChat('`temperature` must be between 0 and 2.');
  return json(200, completion(`You said: ${messages.at(-1)?.content ?? ''}`));
}

const invalidChat = (message: string) =>
  json(400, { error: { message, type: 'invalid_request_error' } });

function tool({ body }: StubRequest): Behaviour {
  if (body.length > MAX_TOOL_BODY) {
    return json(413, { error: { message: 'Payload too large', type: 'invalid_request_error' } });
  }
  const { tool: name, agentId } = toolRequest.parse(JSON.parse(body));
  if (agentId !== 'main') {
    return toolError(400, 'invalid_request', `Unknown agent id "${agentId}"`);
  }
  if (name !== 'sessions_list') {
    return toolError(404, 'not_found', `Tool not available: ${name}`);
  }
  const details = { count: 0, sessions: [] };
  return json(200, {
    ok: true,
    result: { content: [{ type: 'text', text: JSON.stringify(details) }], details },
  });
}

/** An error of `/tools/invoke`. */
export const toolError = (status: number, type: string, message: string) =>
  json(status, { ok: false, error: { type, message } });
