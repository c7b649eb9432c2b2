import { HttpException } from '@nestjs/common';
import { EventStoreError, type EventStoreErrorCode } from '../event-store/event-store.errors.js';
import { Saturated } from '../governed-request/execute-request/saturated.js';
import { UnreadableEvent } from '../governed-request/governed-request.codec.js';
import { Refused } from '../governed-request/refused.js';
import { UnknownAgent } from '../governed-request/submit-request/unknown-agent.js';
import { NotificationError } from '../notifications/notifications.errors.js';
import { MisplacedEvent } from '../views/projection.js';
import { ViewError } from '../views/view-error.js';
import { Problem } from './problem.js';
import type { ProblemCode } from './problem-codes.js';

/** The problem behind whatever was thrown; what is not known says nothing of itself to the caller. */
export function toProblem(error: unknown): Problem {
  if (error instanceof Problem) return error;
  if (error instanceof Refused) return naming(error.code, error.message);
  if (error instanceof ViewError) return naming(error.code, error.message, retryLater(error));
  if (error instanceof Saturated) {
    const headers = { 'retry-after': String(error.retryAfter) };
    return new Problem('saturated', error.message, { headers });
  }
  if (error instanceof NotificationError) return naming(error.code, error.message);
  if (error instanceof UnknownAgent) return naming('unknown-agent', error.message);
  if (error instanceof EventStoreError) return storeProblem(error.code, error.message);
  if (error instanceof UnreadableEvent || error instanceof MisplacedEvent) {
    return new Problem('stream-unreadable', error.message);
  }
  return edgeProblem(error) ?? new Problem('internal-error', 'The service could not answer.');
}

const retryLater = ({ code }: ViewError): Readonly<Record<string, string>> =>
  code === 'view-behind' || code === 'views-unavailable' ? { 'retry-after': '1' } : {};

/** The field, parameter or header that these are always about. */
const FIELDS: Partial<Record<ProblemCode, string>> = {
  'unknown-agent': 'agent',
  'idempotency-key-reused': 'idempotency-key',
  'content-changed': 'contentDigest',
  'comment-required': 'comment',
  'not-standing-in': 'standsInFor',
  'self-delegation': 'to',
  'not-own-group': 'groups',
  'invalid-delegation-period': 'endsAt',
  'invalid-cursor': 'cursor',
  'search-too-long': 'q',
  'invalid-range': 'to',
  'interval-too-fine': 'interval',
};

function naming(
  code: ProblemCode,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Problem {
  const path = FIELDS[code];
  return new Problem(code, message, { errors: path ? [{ path, message }] : [], headers });
}

const STORE_DETAILS: Partial<Record<EventStoreErrorCode, string>> = {
  unavailable: 'Nothing was recorded; try again later.',
  'outcome-unknown':
    'Repeat it with the same Idempotency-Key: it is recorded once, however often it is sent.',
  denied: 'Nothing was recorded; the operator must give the service its rights.',
  damaged: 'Nothing is read or recorded until the operator has restored it from a backup.',
  closed: 'Nothing was recorded; try again at another instance.',
};

function storeProblem(code: EventStoreErrorCode, message: string): Problem {
  const headers = code === 'unavailable' || code === 'closed' ? { 'retry-after': '1' } : {};
  return new Problem(`store-${code}`, STORE_DETAILS[code] ?? message, { headers });
}

const FASTIFY_CODES: Readonly<Record<string, readonly [ProblemCode, string]>> = {
  FST_ERR_CTP_BODY_TOO_LARGE: ['body-too-large', 'A body may have 1 MiB at the most.'],
  FST_ERR_CTP_INVALID_MEDIA_TYPE: [
    'unsupported-media-type',
    'Send the body as Content-Type: application/json.',
  ],
  FST_ERR_CTP_EMPTY_JSON_BODY: ['malformed-body', 'The body is empty; it must be a JSON object.'],
  FST_ERR_CTP_INVALID_JSON_BODY: [
    'malformed-body',
    'The body is not valid JSON, or has a key such as __proto__.',
  ],
  FST_ERR_BAD_URL: ['invalid-request', 'The address is not percent-encoded correctly.'],
  FST_ERR_CTP_INVALID_CONTENT_LENGTH: ['malformed-body', 'Content-Length is not that of the body.'],
};

/** What Nest and Fastify throw of themselves; Nest wraps Fastify's errors. */
function edgeProblem(error: unknown): Problem | null {
  const { code, statusCode } = errorFields(error instanceof HttpException ? error.cause : error);
  const known = code === undefined ? undefined : FASTIFY_CODES[code];
  if (known) return new Problem(...known);
  const status = error instanceof HttpException ? error.getStatus() : statusCode;
  if (status === 404) return new Problem('not-found', 'There is nothing at this address.');
  if (status === 413) return new Problem('body-too-large', 'A body may have 1 MiB at the most.');
  if (status !== undefined && status >= 400 && status < 500) {
    return new Problem('malformed-body', 'The request cannot be read.');
  }
  return null;
}

function errorFields(error: unknown): { code?: string; statusCode?: number } {
  if (!(error instanceof Error)) return {};
  return {
    ...('code' in error && typeof error.code === 'string' && { code: error.code }),
    ...('statusCode' in error &&
      typeof error.statusCode === 'number' && { statusCode: error.statusCode }),
  };
}
