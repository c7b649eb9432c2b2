import { Agent, request, type Dispatcher } from 'undici';
import { z } from 'zod';
import type { Clock } from '../../runtime/clock.js';
import type { WebhookEndpoint } from '../endpoints/webhook-endpoint.js';
import { TargetRefused, type TargetGuard } from '../targets/target-guard.js';
import type { Failure, FailureCode } from './failure.js';
import { retryAfter } from './retry-after.js';
import { signedHeaders, type Message } from './signed-headers.js';

/** Of an answer so much is read, and thrown away, so that the connection can be used again. */
const READ_AT_MOST = 16_384;
const MAX_HEADERS = 16_384;
/** Milliseconds that a connection may take, out of those for the whole try. */
const CONNECT_TIMEOUT = 5_000;

/** What came of a try: `null` when it was delivered. */
export type Tried = Failure | null;

/** Carries webhooks to their endpoints. */
export class WebhookSender {
  readonly #agent: Agent;

  /** `timeout`: milliseconds for a whole try. */
  constructor(
    private readonly guard: TargetGuard,
    private readonly clock: Clock,
    private readonly timeout: number,
  ) {
    this.#agent = new Agent({
      connect: { lookup: guard.lookup, timeout: Math.min(CONNECT_TIMEOUT, timeout) },
      maxHeaderSize: MAX_HEADERS,
    });
  }

  /**
   * Tries once; any 2xx counts as delivered, redirects are not followed. Throws the reason of `signal` when that aborts; it is not known
   * then whether the message arrived.
   */
  async send(endpoint: WebhookEndpoint, message: Message, signal: AbortSignal): Promise<Tried> {
    // A URL with an address needs no look-up, so that the guard would not be asked again.
    if (this.guard.objection(endpoint.url) !== null) return failure('target-refused');
    const now = this.clock.now();
    const either = AbortSignal.any([signal, AbortSignal.timeout(this.timeout)]);
    try {
      const answer = await request(endpoint.url, {
        method: 'POST',
        dispatcher: this.#agent,
        headers: signedHeaders(message, endpoint.secrets, now),
        body: message.payload,
        signal: either,
      });
      await discard(answer, either);
      return triedBy(answer, now);
    } catch (error) {
      signal.throwIfAborted();
      return failure(codeOf(error));
    }
  }

  /** Breaks off whatever is under way. */
  close(): Promise<void> {
    return this.#agent.destroy();
  }
}

/** An answer that has no end, or breaks off, is an answer all the same. */
const discard = ({ body }: Dispatcher.ResponseData, signal: AbortSignal): Promise<void> =>
  body.dump({ limit: READ_AT_MOST, signal }).catch(() => undefined);

function triedBy({ statusCode: status, headers }: Dispatcher.ResponseData, now: Date): Tried {
  if (status >= 200 && status < 300) return null;
  const code = status === 410 ? 'gone' : 'answered';
  return { code, status, retryAfter: retryAfter(status, headers['retry-after'], now) };
}

const failure = (code: FailureCode): Failure => ({ code, status: null, retryAfter: null });

const failed = z.object({ name: z.string().catch(''), code: z.string().catch('') });

const TLS =
  /^(?:ERR_(?:TLS|SSL|OSSL)|EPROTO|DEPTH_ZERO|SELF_SIGNED|UNABLE_TO|CERT_|HOSTNAME_|ERR_CRYPTO)/;
const TIMEOUT = /^(?:UND_ERR_\w*TIMEOUT|ETIMEDOUT)$/;
const UNRESOLVED = /^(?:ENOTFOUND|EAI_\w+|ENODATA)$/;

function codeOf(error: unknown): FailureCode {
  if (error instanceof TargetRefused) return 'target-refused';
  const { name, code } = failed.safeParse(error).data ?? { name: '', code: '' };
  if (name === 'TimeoutError' || TIMEOUT.test(code)) return 'timed-out';
  if (UNRESOLVED.test(code)) return 'name-unresolved';
  return TLS.test(code) ? 'tls-failed' : 'connection-failed';
}
