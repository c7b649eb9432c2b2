import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import {
  completion,
  json,
  startOpenclawStub,
  type Behaviour,
  type OpenclawStub,
} from '../../support/openclaw-stub.js';

/** A call as the gateway got it, whatever became of its answer. */
export interface GatewayCall {
  readonly requestId: string;
  /** Milliseconds since the epoch. */
  readonly at: number;
  /** What it was answered with. */
  readonly response: string;
}

/** A gateway that keeps its own record of every call it got, by which the replicas are judged. */
export interface RecordingGateway {
  readonly url: string;
  readonly calls: readonly GatewayCall[];
  callsOf(requestId: string): readonly GatewayCall[];
  /** Milliseconds that a call takes. */
  latency: number;
  /** Takes the calls for these requests, and does not answer them before `release`. */
  hold(requestIds: readonly string[]): void;
  release(): void;
  close(): Promise<void>;
}

type StubRequest = Parameters<Behaviour>[1];

const MODELS = { object: 'list', data: [{ id: 'openclaw/main', object: 'model' }] };

export async function startRecordingGateway(): Promise<RecordingGateway> {
  const stub = await startOpenclawStub();
  const calls: GatewayCall[] = [];
  const { promise: released, resolve: release } = Promise.withResolvers<void>();
  const held = new Set<string>();
  const gateway: RecordingGateway = {
    url: stub.url,
    calls,
    callsOf: (id) => calls.filter(({ requestId }) => requestId === id),
    latency: 5,
    hold: (ids) => ids.forEach((id) => held.add(id)),
    release,
    close: () => stub.close(),
  };
  answerAlways(stub, async (response, request) => {
    if (request.path.endsWith('/v1/models')) return json(200, MODELS)(response, request);
    const requestId = requestIdOf(request);
    const answer = `This is answer ${calls.length + 1}.`;
    calls.push({ requestId, at: Date.now(), response: answer });
    await (held.has(requestId) ? released : sleep(gateway.latency));
    (isToolCall(request) ? toolResult(answer) : json(200, completion(answer)))(response, request);
  });
  return gateway;
}

/** The stub forgets a behaviour once it was acted out: this one puts itself back. */
function answerAlways(
  stub: OpenclawStub,
  answer: (...args: Parameters<Behaviour>) => Promise<void> | void,
): void {
  const behaviour: Behaviour = (response, request) => {
    stub.next(behaviour);
    void answer(response, request);
  };
  stub.next(behaviour);
}

const isToolCall = ({ path }: StubRequest): boolean => path.endsWith('/tools/invoke');

const toolResult = (text: string): Behaviour =>
  json(200, { ok: true, result: { content: [{ type: 'text', text }] } });

/** A request without a session key gets a conversation of its own, which bears its id. */
function requestIdOf(request: StubRequest): string {
  const session = isToolCall(request)
    ? toolCall.parse(JSON.parse(request.body)).sessionKey
    : String(request.headers['x-openclaw-session-key']);
  return session.replace('agent:main:docket-', '');
}

const toolCall = z.object({ sessionKey: z.string() });
