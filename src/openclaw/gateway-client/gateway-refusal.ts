import { z } from 'zod';
import type { AgentCall } from '../agent-gateway.js';
import { AgentGatewayError, type AgentGatewayErrorCode } from '../agent-gateway.errors.js';
import type { HttpAnswer } from './exchange.js';
import { parseJson } from './parse-json.js';
import { safeMessage } from './safe-message.js';

const errorBody = z.object({
  error: z.object({ type: z.string().catch(''), message: z.string().catch('') }),
});

/** What the gateway said besides its status. */
interface Refusal {
  readonly kind: AgentCall['kind'];
  readonly status: number;
  /** OpenClaw's word for the error; empty when the body is not one of its own. */
  readonly type: string;
  readonly message: string;
}

/** The error that an answer with status 4xx or 5xx stands for. */
export function gatewayRefusal(
  kind: AgentCall['kind'],
  answer: HttpAnswer,
  token: string,
): AgentGatewayError {
  const { type, message } = errorBody.safeParse(parseJson(answer.body)).data?.error ?? {
    type: '',
    message: '',
  };
  const refusal: Refusal = { kind, status: answer.status, type, message };
  const outcome = ranPartly(refusal) ? 'unknown' : 'failed';
  return new AgentGatewayError(codeOf(refusal), outcome, wordsOf(refusal, answer, token));
}

/** OpenClaw's words for failures in the middle of a run, whatever their status: it passes on its model provider's. */
const MID_RUN: ReadonlySet<string> = new Set([
  'api_error',
  'authentication_error',
  'insufficient_quota',
  'permission_error',
  'rate_limit_error',
]);

/** A run that ends with a server's or a provider's error may have called tools before. */
const ranPartly = ({ status, type }: Refusal) => status >= 500 || MID_RUN.has(type);

function codeOf(refusal: Refusal): AgentGatewayErrorCode {
  const { status, type, message } = refusal;
  if (status >= 500) return serverErrorCode(refusal);
  if (type === 'api_error') return 'gateway-error';
  switch (status) {
    case 400:
      return /^unknown agent\b/i.test(message) ? 'agent-unknown' : 'call-invalid';
    case 401:
      return type === 'authentication_error' ? 'model-unauthorized' : 'gateway-unauthorized';
    case 403:
      return type === 'tool_call_blocked' ? 'tool-blocked' : 'gateway-error';
    case 404:
      return type === 'not_found' ? 'tool-unknown' : 'gateway-error';
    case 413:
      return 'call-too-large';
    case 422:
    case 431:
      return 'call-invalid';
    case 429:
      return 'gateway-rate-limited';
    default:
      return 'gateway-error';
  }
}

function serverErrorCode({ kind, status, type }: Refusal): AgentGatewayErrorCode {
  if (status === 503) return 'gateway-unavailable';
  return kind === 'tool' && type === 'tool_error' ? 'tool-failed' : 'gateway-error';
}

function wordsOf({ status, message }: Refusal, { headers }: HttpAnswer, token: string): string {
  const words = safeMessage(message, token) || 'It gave no reason.';
  const retryAfter = z
    .string()
    .regex(/^\d{1,6}$/)
    .safeParse(headers['retry-after']);
  const retry = retryAfter.success ? ` Retry after ${retryAfter.data} s.` : '';
  return `The gateway answered ${status}: ${words}${retry}`;
}
