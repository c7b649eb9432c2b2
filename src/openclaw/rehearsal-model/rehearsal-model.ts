import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { z } from 'zod';
import { askedText } from './asked-text.js';
import { answerTo, streamedCompletion, wholeCompletion } from './chat-completion-answer.js';
import { chatCompletionRequest, type ChatCompletionRequest } from './chat-completion-request.js';
import { OpenAiError } from './openai-error.js';
import { readRequestBody } from './read-request-body.js';
import { rehearsalAnswer } from './rehearsal-answer.js';

/** The only model that the endpoint lists. */
export const REHEARSAL_MODEL_ID = 'rehearsal-1';

/** Room for a full context window of 200 000 tokens and the tools' descriptions. */
const BODY_LIMIT_BYTES = 8 * 1024 * 1024;

export interface RehearsalModel {
  /** The base address of its OpenAI-compatible API, `http://127.0.0.1:<port>/v1`. */
  readonly url: string;

  /** Closes the endpoint, open connections included. */
  stop(): Promise<void>;
}

/**
 * A stand-in for a language model on a machine that has no key: an OpenAI-compatible endpoint on a free loopback port that
 * answers every chat from a template, and says so. It lets a request take the whole way through the real gateway.
 */
export async function startRehearsalModel(): Promise<RehearsalModel> {
  const server = createServer((request, response) => void serve(request, response));
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = z.object({ port: z.int() }).parse(server.address());
  return {
    url: `http://127.0.0.1:${port}/v1`,
    async stop() {
      if (!server.listening) return;
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}

async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
  try {
    await route(request, response);
  } catch (error) {
    refuse(response, error);
  }
}

async function route(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url?.split('?', 1)[0];
  if (path === '/v1/models') {
    expectMethod(request, 'GET');
    sendJson(response, 200, modelList);
  } else if (path === '/v1/chat/completions') {
    expectMethod(request, 'POST');
    await complete(parseRequest(await readRequestBody(request, BODY_LIMIT_BYTES)), response);
  } else {
    throw new OpenAiError(404, 'There is no such path; try /v1/chat/completions or /v1/models.');
  }
}

async function complete(request: ChatCompletionRequest, response: ServerResponse): Promise<void> {
  const answer = answerTo(request, rehearsalAnswer(askedText(request.messages)));
  if (!request.stream) {
    sendJson(response, 200, wholeCompletion(answer));
    return;
  }
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const events = streamedCompletion(answer, request.stream_options?.include_usage ?? false);
  await pipeline(Readable.from(events), response);
}

function parseRequest(body: string): ChatCompletionRequest {
  const request = chatCompletionRequest.safeParse(parseJson(body));
  if (request.success) return request.data;
  const issue = request.error.issues[0];
  throw new OpenAiError(
    400,
    issue?.message ?? 'Invalid body.',
    null,
    issue?.path.join('.') ?? null,
  );
}

function parseJson(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    throw new OpenAiError(400, 'The body is not JSON.');
  }
}

function expectMethod(request: IncomingMessage, method: 'GET' | 'POST'): void {
  if (request.method !== method) throw new OpenAiError(405, `Only ${method} is allowed here.`);
}

function refuse(response: ServerResponse, error: unknown): void {
  if (response.headersSent) {
    response.destroy();
    return;
  }
  const refusal = error instanceof OpenAiError ? error : new OpenAiError(500, 'Internal error.');
  // What is left of an oversized or unread body must not be taken for the next request.
  response.setHeader('connection', 'close');
  sendJson(response, refusal.status, refusal.body);
}

function sendJson(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

const modelList = {
  object: 'list',
  data: [{ id: REHEARSAL_MODEL_ID, object: 'model', created: 0, owned_by: 'docket' }],
};
