import { z } from 'zod';
import { EventStoreError, VersionConflict } from '../event-store.errors.js';
import { NO_STREAM, type Position } from '../event-store.js';
import { CallFailed, type CallFailure, type Refusal, type Setback } from './call-failure.js';
import { hintAt } from './connection-hints.js';
import { CallTimedOut } from './time-limit.js';

/** What was asked of the server. */
export interface Call {
  readonly hosts: string;
  /** What the server may deny, as in "does not let its user …". */
  readonly right: string;
  readonly stream?: string;
  readonly expectedVersion?: number;
  /** Where a page of the whole log was to begin. */
  readonly from?: Position | null;
}

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
  'Name resolution failed',
  'Waiting for LB pick',
  'Channel closed before call started',
  'Channel has been shut down',
];

/** The texts with which a node sends a call back before it does anything about it. */
const NOT_HANDLED = [
  'Server Is Not Ready',
  'Server Is Too Busy',
  'Server Is Busy',
  'No leader info available',
];

/** Classifies by `type`, then by `code`, then by message; what carries none of them comes from a client gone wrong. */
export function classifyFailure(error: unknown, call: Call): CallFailure {
  if (error instanceof CallFailed) return error.failure;
  if (error instanceof CallTimedOut) return { kind: 'outcome-unknown', reason: error.message };
  const parsed = clientError.safeParse(error);
  if (!parsed.success) return { kind: 'broken-client', reason: String(error), isSent: true };
  return (
    refusalByType(parsed.data, call) ?? refusalByCode(parsed.data, call) ?? setback(parsed.data)
  );
}

function refusalByType(error: ClientError, call: Call): Refusal | undefined {
  const { stream = '', expectedVersion = NO_STREAM } = call;
  switch (error.type) {
    case 'wrong-expected-version':
      return {
        kind: 'conflict',
        error: new VersionConflict(stream, expectedVersion, versionOf(error)),
      };
    case 'stream-not-found':
    case 'no-stream':
      return refusal('stream-missing', 'invalid', `Stream ${stream} does not exist.`);
    case 'stream-deleted':
      return refusal('denied', 'denied', `Stream ${stream} was deleted for ever.`);
    case 'maximum-append-size-exceeded':
      return refusal('too-large', 'too-large', 'EventStoreDB takes no append of this size.');
    case 'access-denied':
      return denied(error, call);
    case 'invalid-argument':
      return notAccepted();
    case undefined:
    default:
      return undefined;
  }
}

const versionOf = ({ actualVersion }: ClientError): number =>
  typeof actualVersion === 'bigint' ? Number(actualVersion) : NO_STREAM;

function refusalByCode(error: ClientError, call: Call): Refusal | undefined {
  const { code, message } = error;
  if (code === PERMISSION_DENIED || code === UNAUTHENTICATED) return denied(error, call);
  if (code === RESOURCE_EXHAUSTED && message.includes('Received message exceeds')) {
    return refusal('too-large', 'too-large', 'EventStoreDB takes no message of this size.');
  }
  if (code === INVALID_ARGUMENT || /serialization failure|BadRequest/.test(message)) {
    return notAccepted();
  }
  // The server answers a position at which no record begins by this text alone.
  if (call.from !== undefined && call.from !== null && message.includes('ReadAllResult: Error')) {
    return { kind: 'position-unknown', error: unknownPosition(call.from) };
  }
  return undefined;
}

function setback({ type, code, message }: ClientError): Setback {
  const text = message.replace(/\s+/g, ' ').trim();
  const reason = text === '' ? (type ?? 'an error without a text') : inPlainWords(text);
  if (type === 'not-leader') return { kind: 'not-leader', reason };
  if ([...NOT_SENT, ...NOT_HANDLED].some((each) => text.includes(each))) {
    return { kind: 'unavailable', reason };
  }
  if (type !== undefined || code !== undefined) return { kind: 'outcome-unknown', reason };
  return { kind: 'broken-client', reason, isSent: !text.startsWith('Failed to discover') };
}

/** Without what the transport writes around it. */
function inPlainWords(text: string): string {
  const plain = text
    .replace(/^\d+ [A-Z_]+: /, '')
    .replace(/^No connection established\. Last error: (Error: )?/, '')
    .replace(/\.? Resolution note:$/, '');
  return `${plain}${hintAt(text)}`;
}

const refusal = (
  kind: Refusal['kind'],
  code: EventStoreError['code'],
  message: string,
): Refusal => ({ kind, error: new EventStoreError(code, message) });

const notAccepted = (): Refusal =>
  refusal('invalid', 'invalid', 'EventStoreDB does not accept this call.');

function denied({ code }: ClientError, { hosts, right }: Call): Refusal {
  const why =
    code === UNAUTHENTICATED
      ? 'does not accept the user, password or certificate of the connection string'
      : `does not let its user ${right}: it needs membership of $admins, or that right in the access control list`;
  return refusal('denied', 'denied', `EventStoreDB (${hosts}) ${why}.`);
}

/** No event of this service stands there. */
export const unknownPosition = (position: Position): EventStoreError =>
  new EventStoreError('position-unknown', `No event stands at position ${position}.`);
