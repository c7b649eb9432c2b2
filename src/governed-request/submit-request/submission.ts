import { v5 as uuidv5, v7 as uuidv7 } from 'uuid';
import { randomBytes } from './random-bytes.js';
import type { Submission } from './submit-request.js';
import type { RequestBody } from './submit-request.schema.js';

/** UUIDv5 namespace of request ids that stand for an Idempotency-Key. */
const IDEMPOTENCY_NAMESPACE = 'f2b0a8a5-6d3c-4a0e-9c39-7f2b1f0f5a11';

/** A new id (UUIDv7), or the one that this requester's key always stands for (UUIDv5; RFC 9562). */
export const requestIdFor = (requester: string, idempotencyKey: string | undefined): string =>
  idempotencyKey === undefined
    ? uuidv7({ random: randomBytes() })
    : uuidv5(JSON.stringify([requester, idempotencyKey]), IDEMPOTENCY_NAMESPACE);

/** What the domain makes of a REST body; without a session key the request gets a conversation of its own. */
export function submissionOf(id: string, requester: string, body: RequestBody): Submission {
  const { agent, sessionKey = `docket-${id}`, onBehalfOf = null } = body;
  return { content: contentOf(body), requester, onBehalfOf, agent, sessionKey };
}

function contentOf(body: RequestBody): Submission['content'] {
  if (body.kind === 'tool') {
    const { kind, tool, action, args } = body;
    return { kind, tool, action, args };
  }
  const { kind, request, temperature } = body;
  return temperature === undefined ? { kind, request } : { kind, request, temperature };
}
