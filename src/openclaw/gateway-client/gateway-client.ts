import { Pool } from 'undici';
import { z } from 'zod';
import type { AgentAnswer, AgentCall, AgentGateway } from '../agent-gateway.js';
import { AgentGatewayError } from '../agent-gateway.errors.js';
import { watchCall } from '../call-watch.js';
import { exchangeOnceConnected } from './exchange-once-connected.js';
import { gatewayAnswer } from './gateway-answer.js';
import { listedAgents, probe, saysReady } from './gateway-probe.js';
import {
  gatewayRequest,
  modelsRequest,
  READINESS,
  type GatewayRequest,
} from './gateway-request.js';

export interface GatewayClientOptions {
  /** `http` or `https`, with an optional path that the gateway's own paths go behind. */
  readonly url: string;
  /** The gateway's bearer token: full operator power, so it appears in no message. */
  readonly token: string;
  /** Calls on the wire at the same time; more of them wait for their turn within their deadline. Default 128. */
  readonly maxConnections?: number | undefined;
  /** Default 512 KiB. */
  readonly maxResponseBytes?: number | undefined;
}

const options = z.object({
  url: z
    .url({ protocol: /^https?$/ })
    .transform((url) => new URL(url))
    .refine((url) => !url.username && !url.password && !url.search && !url.hash),
  token: z.string().regex(/^[\x21-\x7e]+$/),
  maxConnections: z.int().positive().default(128),
  maxResponseBytes: z
    .int()
    .positive()
    .default(512 * 1024),
});

/** A client of a real OpenClaw gateway over HTTP; throws on options that cannot work, without their values. */
export function createGatewayClient(given: GatewayClientOptions): AgentGateway {
  const parsed = options.safeParse(given);
  if (!parsed.success)
    throw new TypeError(`Wrong gateway client options: ${pathsOf(parsed.error)}.`);
  return new GatewayClient(parsed.data);
}

class GatewayClient implements AgentGateway {
  readonly #calls: Pool;
  /** Connections of their own: long runs must not make the gateway look down. */
  readonly #probes: Pool;
  readonly #basePath: string;
  readonly #token: string;
  readonly #maxResponseBytes: number;
  readonly #closing = new AbortController();

  constructor({ url, token, maxConnections, maxResponseBytes }: z.output<typeof options>) {
    this.#calls = poolOf(url.origin, maxConnections);
    this.#probes = poolOf(url.origin, 2);
    this.#basePath = url.pathname.replace(/\/$/, '');
    this.#token = token;
    this.#maxResponseBytes = maxResponseBytes;
  }

  async run(call: AgentCall, deadline: number, signal?: AbortSignal): Promise<AgentAnswer> {
    if (this.#closing.signal.aborted) throw closed();
    const request = this.#addressed(gatewayRequest(call, this.#token));
    const watch = watchCall(deadline, signal, this.#closing.signal);
    try {
      const answer = await exchangeOnceConnected(
        this.#calls,
        request,
        watch,
        this.#maxResponseBytes,
      );
      return gatewayAnswer(call, answer, this.#token);
    } finally {
      watch.end();
    }
  }

  async agents(): Promise<readonly string[] | null> {
    return listedAgents(await this.#probe(modelsRequest(this.#token)));
  }

  async ready(): Promise<boolean> {
    return saysReady(await this.#probe(READINESS));
  }

  async close(): Promise<void> {
    this.#closing.abort();
    await Promise.all([this.#calls.destroy(), this.#probes.destroy()]);
  }

  #probe(request: GatewayRequest): Promise<unknown> {
    return probe(this.#probes, this.#addressed(request), this.#closing.signal);
  }

  #addressed(request: GatewayRequest): GatewayRequest {
    return { ...request, path: this.#basePath + request.path };
  }
}

/** Deadlines are the calls' own; HTTP/1.1 alone keeps one run on one connection, so that giving up cancels only it. */
const poolOf = (origin: string, connections: number) =>
  new Pool(origin, {
    connections,
    pipelining: 1,
    allowH2: false,
    headersTimeout: 0,
    bodyTimeout: 0,
  });

const closed = () =>
  new AgentGatewayError('gateway-unavailable', 'failed', 'The gateway client is closed.');

const pathsOf = (error: z.ZodError) => error.issues.map(({ path }) => path.join('.')).join(', ');
