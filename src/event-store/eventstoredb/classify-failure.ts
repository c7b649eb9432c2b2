import { z } from 'zod';
import { EventStoreError, VersionConflict } from '../event-store.errors.js';
import { NO_STREAM } from '../event-store.js';

/**
 * What a failed call means: `refused` for good, nothing done · `not-sent`: it never reached a server ·
 * `unknown`: it may have been carried out, or may be later.
 */
export type CallFailure =
  | { readonly kind: 'refused'; readonly error: EventStoreError }
  | { readonly kind: 'not-sent' | 'unknown'; readonly reason: string };

/** The parts of the client's errors that tell what happened; not every error has each. */
const clientError = z.object({
  type: z.string().optional().catch(undefined),
  code: z.number().optional().catch(undefined),
  message: z.string().catch(''),
  actualVersion: z
    .union([z.bigint(), z.literal('no_stream')])
    .optional()
    .catch(undefined),
});
type ClientError = z.infer<typeof clientError>;

const INVALID_ARGUMENT = 3;
const PERMISSION_DENIED = 7;
const RESOURCE_EXHAUSTED = 8;
const UNAUTHENTICATED = 16;

/** The texts of failures that happen before a call leaves this process. */
const NOT_SENT = [
  'No connection established',
  'Failed to discover',
  'Name resolution failed',
  'Waiting for LB pick',
];

export interface FailedCall {
  readonly stream?: string;
  readonly expectedVersion?: number;
}

/** Classifies by `type`, then by `code`, then by message; what it does not know is `unknown`. */
export function classifyFailure(error: unknown, call: FailedCall = {}): CallFailure {
  if (error instanceof EventStoreError) return { kind: 'refused', error };
  const parsed = clientError.safeParse(error);
  if (!parsed.success) return { kind: 'unknown', reason: String(error) };
  const refusal = refusalByType(parsed.data, call) ?? refusalByCode(parsed.data);
  if (refusal !== undefined) {
    refusal.cause = error;
    return { kind: 'refused', error: refusal };
  }
  const { type, message } = parsed.data;
  const reason = message === '' ? (type ?? 'an error without a text') : message;
  // A node that does not lead has sent the call back; the client goes to the leader next time.
  const isNotSent = type === 'not-leader' || NOT_SENT.some((text) => message.includes(text));
  return { kind: isNotSent ? 'not-sent' : 'unknown', reason };
}

function refusalByType(
  { type, actualVersion }: ClientError,
  { stream = '', expectedVersion = NO_STREAM }: FailedCall,
): EventStoreError | undefined {
  switch (type) {
    case 'wrong-expected-version':
      return new VersionConflict(
        stream,
        expectedVersion,
        typeof actualVersion === 'bigint' ? Number(actualVersion) : NO_STREAM,
      );
    case 'maximum-append-size-exceeded':
      return new EventStoreError('too-large', 'EventStoreDB takes no append of this size.');
    case 'access-denied':
      return denied();
    case 'stream-deleted':
      return new EventStoreError('denied', `Stream ${stream} was deleted for ever.`);
    case 'invalid-argument':
      return new EventStoreError('invalid', 'EventStoreDB does not accept this call.');
    case undefined:
    default:
      return undefined;
  }
}

function refusalByCode({ code, message }: ClientError): EventStoreError | undefined {
  if (code === PERMISSION_DENIED || code === UNAUTHENTICATED) return denied();
  if (code === RESOURCE_EXHAUSTED && message.includes('Received message exceeds')) {
    return new EventStoreError('too-large', 'EventStoreDB takes no message of this size.');
  }
  if (code === INVALID_ARGUMENT || message.includes('serialization failure')) {
    return new EventStoreError('invalid', 'EventStoreDB does not accept this call.');
  }
  return undefined;
}

const denied = (): EventStoreError =>
  new EventStoreError(
    'denied',
    'EventStoreDB denies access: the user needs to read $all (as a member of $admins can) and to write to the streams.',
  );
