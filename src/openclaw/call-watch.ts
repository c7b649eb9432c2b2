import { AgentGatewayError } from './agent-gateway.errors.js';

/** The longest delay a timer takes; a longer one would fire at once. */
const MAX_TIMER = 2 ** 31 - 1;

/** Watches over one call: `signal` aborts when nobody waits for its answer any more. */
export interface CallWatch {
  readonly signal: AbortSignal;

  /** Why the call was given up. Only what was never `sent` certainly did not run. */
  givenUp(sent: boolean): AgentGatewayError;

  /** Ends the watch; to be called whatever came of the call. */
  end(): void;
}

/** Starts a watch that gives the call up after `deadline` milliseconds, when its caller aborts, or when the gateway closes. */
export function watchCall(
  deadline: number,
  caller: AbortSignal | undefined,
  closing: AbortSignal,
): CallWatch {
  const controller = new AbortController();
  let code: 'gateway-timeout' | 'gateway-disconnected' = 'gateway-disconnected';
  let message = '';
  const giveUp = (why: typeof code, words: string) => {
    if (controller.signal.aborted) return;
    code = why;
    message = words;
    controller.abort();
  };
  const aborted = () => giveUp('gateway-disconnected', 'The caller aborted the call.');
  const closed = () => giveUp('gateway-disconnected', 'The gateway was closed during the call.');
  const expired = () => giveUp('gateway-timeout', `There was no answer within ${deadline} ms.`);

  const timer = setTimeout(expired, Math.min(deadline, MAX_TIMER));
  caller?.addEventListener('abort', aborted);
  closing.addEventListener('abort', closed);
  if (!(deadline > 0)) expired();
  if (closing.aborted) closed();
  if (caller?.aborted) aborted();

  return {
    signal: controller.signal,
    givenUp: (sent) => new AgentGatewayError(code, sent ? 'unknown' : 'failed', message),
    end() {
      clearTimeout(timer);
      caller?.removeEventListener('abort', aborted);
      closing.removeEventListener('abort', closed);
    },
  };
}
