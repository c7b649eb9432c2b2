import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { completion, STUB_TOKEN } from '../../support/openclaw-stub.js';
import type { Moment } from '../kill/moments.js';
import type { Random } from '../random.js';
import type { GatewayCall, GatewayPlan } from '../records.js';

const PLANS = { answer: 86, refuse: 5, hang: 4, 'hang-up': 5 } as const;
const SLOW_SHARE = 0.15;

const SESSION = /^agent:main:docket-(.+)$/;

const chatBody = z.object({
  messages: z.array(z.object({ role: z.string(), content: z.string() })),
  temperature: z.number().optional(),
});
const toolBody = z.object({
  tool: z.string(),
  action: z.string(),
  args: z.record(z.string(), z.json()),
  sessionKey: z.string(),
});

export interface GatewayOptions {
  readonly random: Random;
  readonly now: () => number;
  readonly round: () => number;
  readonly reached: (moment: Moment) => void;
}

/** An OpenClaw gateway that notes every call it gets, and then answers, refuses, says nothing or hangs up. */
export interface RecordingGateway {
  readonly url: string;
  readonly calls: readonly GatewayCall[];
  close(): Promise<void>;
}

export async function startRecordingGateway(options: GatewayOptions): Promise<RecordingGateway> {
  const calls: GatewayCall[] = [];
  const server = createServer((incoming, response) => {
    response.on('error', () => {});
    void serve(incoming, response, options, calls).catch(() => incoming.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    calls,
    async close() {
      server.close();
      server.closeAllConnections();
    },
  };
}

async function serve(
  incoming: IncomingMessage,
  response: ServerResponse,
  options: GatewayOptions,
  calls: GatewayCall[],
): Promise<void> {
  if (incoming.url === '/readyz') return send(response, 200, { ready: true });
  if (incoming.url === '/v1/models') return send(response, 200, MODELS);
  const call = await receive(incoming, options);
  calls.push(call);
  options.reached('gateway-called');
  switch (call.plan) {
    case 'answer':
      if (options.random.chance(SLOW_SHARE)) await sleep(options.random.between(100, 600));
      return answer(response, call, options.reached);
    case 'refuse':
      return send(response, 400, { ok: false, error: { type: 'invalid_request', message: 'No.' } });
    case 'hang-up':
      return void response.socket?.destroy();
    case 'hang':
  }
}

const MODELS = { object: 'list', data: [{ id: 'openclaw/main', object: 'model' }] };

function send(response: ServerResponse, status: number, body: object): void {
  response.writeHead(status, { 'content-type': 'application/json' });
  response.end(JSON.stringify(body));
}

async function receive(
  incoming: IncomingMessage,
  { random, now, round }: GatewayOptions,
): Promise<GatewayCall> {
  const chunks: Buffer[] = await incoming.toArray();
  if (incoming.headers.authorization !== `Bearer ${STUB_TOKEN}`) throw new Error('Who is this?');
  const body: unknown = JSON.parse(Buffer.concat(chunks).toString());
  const { content, session } =
    incoming.url === '/tools/invoke'
      ? toolCall(body)
      : chatCall(body, incoming.headers['x-openclaw-session-key']);
  const plan: GatewayPlan = random.pick(PLANS);
  const requestId = SESSION.exec(session)?.[1] ?? session;
  const response = plan === 'answer' ? `Done: ${requestId}, call ${random.between(1, 1e9)}.` : null;
  return { round: round(), at: now(), requestId, content, plan, response };
}

function toolCall(body: unknown) {
  const { sessionKey, ...call } = toolBody.parse(body);
  return { content: { kind: 'tool', ...call }, session: sessionKey };
}

function chatCall(body: unknown, session: string | string[] | undefined) {
  const { messages, temperature } = chatBody.parse(body);
  const request = messages.at(-1)?.content;
  const content = { kind: 'chat', request, ...(temperature !== undefined && { temperature }) };
  return { content, session: String(session) };
}

/** In two pieces, so that there is a moment in the middle of it. */
async function answer(
  response: ServerResponse,
  { content, response: text }: GatewayCall,
  reached: GatewayOptions['reached'],
): Promise<void> {
  const words = text ?? '';
  const body = JSON.stringify('tool' in content ? toolAnswer(words) : completion(words));
  const half = Math.floor(body.length / 2);
  response.writeHead(200, { 'content-type': 'application/json', 'content-length': body.length });
  await new Promise<void>((resolve) => response.write(body.slice(0, half), () => resolve()));
  reached('gateway-answering');
  response.end(body.slice(half), () => reached('gateway-answered'));
}

const toolAnswer = (text: string) => ({ ok: true, result: { content: [{ type: 'text', text }] } });
