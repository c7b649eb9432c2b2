import type { Dispatcher } from 'undici';
import { z } from 'zod';
import { AgentGatewayError, type AgentGatewayErrorCode } from '../agent-gateway.errors.js';
import type { CallWatch } from '../call-watch.js';
import type { GatewayRequest } from './gateway-request.js';

/** A complete HTTP answer. */
export interface HttpAnswer {
  readonly status: number;
  readonly headers: Readonly<Record<string, string | string[] | undefined>>;
  readonly body: Buffer;
}

/**
 * Sends the request once and resolves with the whole answer, of at most `maxBytes`. Throws an `AgentGatewayError` whose
 * outcome is `failed` only when not a byte of the request was written: undici reports the start of each write.
 */
export function exchange(
  pool: Dispatcher,
  request: GatewayRequest,
  watch: CallWatch,
  maxBytes: number,
): Promise<HttpAnswer> {
  return new Promise((resolve, reject) => {
    if (watch.signal.aborted) return reject(watch.givenUp(false));
    const handler = new ExchangeHandler(maxBytes, resolve, reject);
    watch.signal.addEventListener('abort', () => handler.fail(watch.givenUp(handler.sent)));
    pool.dispatch({ ...request }, handler);
  });
}

class ExchangeHandler implements Dispatcher.DispatchHandler {
  #controller: Dispatcher.DispatchController | undefined;
  #failure: AgentGatewayError | undefined;
  #status = 0;
  #headers: HttpAnswer['headers'] = {};
  #size = 0;
  readonly #chunks: Buffer[] = [];

  constructor(
    private readonly maxBytes: number,
    private readonly resolve: (answer: HttpAnswer) => void,
    private readonly reject: (error: AgentGatewayError) => void,
  ) {}

  get sent(): boolean {
    return this.#controller !== undefined;
  }

  fail(error: AgentGatewayError): void {
    this.#failure ??= error;
    this.reject(this.#failure);
    this.#controller?.abort(this.#failure);
  }

  /** Called right before the request is written: aborting here keeps it from being sent late, or twice. */
  onRequestStart(controller: Dispatcher.DispatchController): void {
    if (this.#failure) return controller.abort(this.#failure);
    if (this.#controller) return controller.abort(new Error('A request is never sent twice.'));
    this.#controller = controller;
  }

  onResponseStart(
    _controller: Dispatcher.DispatchController,
    status: number,
    headers: HttpAnswer['headers'],
  ): void {
    this.#status = status;
    this.#headers = headers;
  }

  onResponseData(_controller: Dispatcher.DispatchController, chunk: Buffer): void {
    this.#size += chunk.length;
    if (this.#size > this.maxBytes) return this.fail(oversized(this.maxBytes));
    this.#chunks.push(chunk);
  }

  onResponseEnd(): void {
    const body = Buffer.concat(this.#chunks, this.#size);
    this.resolve({ status: this.#status, headers: this.#headers, body });
  }

  onResponseError(_controller: Dispatcher.DispatchController, cause: Error): void {
    this.#failure ??= this.sent ? brokenOff(cause) : unreachable(cause);
    this.reject(this.#failure);
  }
}

/** The connection was refused, so nothing was sent. */
export const wasRefused = (error: unknown): boolean =>
  error instanceof AgentGatewayError &&
  error.code === 'gateway-unreachable' &&
  codeOf(error.cause) === 'ECONNREFUSED';

const oversized = (maxBytes: number) =>
  new AgentGatewayError(
    'gateway-oversized-answer',
    'unknown',
    `The gateway's answer is larger than ${maxBytes} bytes.`,
  );

const unreachable = (cause: Error) =>
  new AgentGatewayError(
    'gateway-unreachable',
    'failed',
    `The gateway could not be reached (${codeOf(cause)}).`,
    { cause },
  );

/** A connection that broke after the first byte, also an idle one that the gateway had just closed: it may have run. */
function brokenOff(cause: Error): AgentGatewayError {
  const reason = codeOf(cause);
  const [code, message] = reasons(reason);
  return new AgentGatewayError(code, 'unknown', `${message} (${reason}).`, { cause });
}

function reasons(reason: string): readonly [AgentGatewayErrorCode, string] {
  if (reason.startsWith('HPE_') || reason === 'HTTPParserError')
    return ['gateway-malformed-answer', 'The answer is not HTTP'];
  if (reason === 'UND_ERR_HEADERS_OVERFLOW')
    return ['gateway-oversized-answer', "The answer's headers are too large"];
  return ['gateway-disconnected', 'The connection broke off before the whole answer was there'];
}

const networkError = z.object({ code: z.string().optional(), name: z.string() });

/** The code of an error of Node.js or undici, else its name. */
function codeOf(error: unknown): string {
  const { data } = networkError.safeParse(error);
  return data?.code ?? data?.name ?? 'unknown error';
}
