import { Metadata, status, type ServiceError } from '@grpc/grpc-js';

const rpcError = (
  code: status,
  details: string,
  trailers: Readonly<Record<string, string>> = {},
): ServiceError => {
  const metadata = new Metadata();
  for (const [name, value] of Object.entries(trailers)) metadata.set(name, value);
  return Object.assign(new Error(details), { code, details, metadata });
};

const handlerFailed = () => rpcError(status.UNKNOWN, 'Exception was thrown by handler.');

const isRpcError = (error: unknown): error is ServiceError =>
  error instanceof Error && 'code' in error && 'metadata' in error;

/** The failures of an EventStoreDB node, with the codes, texts and trailers that its client reads. */
export const rpcErrors = {
  accessDenied: () =>
    rpcError(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' }),
  unauthenticated: () => rpcError(status.UNAUTHENTICATED, 'Unauthenticated'),
  notLeader: (host: string, port: number) =>
    rpcError(status.NOT_FOUND, 'Leader info available', {
      exception: 'not-leader',
      'leader-endpoint-host': host,
      'leader-endpoint-port': String(port),
    }),
  notReady: () => rpcError(status.UNAVAILABLE, 'Server Is Not Ready'),
  streamDeleted: (stream: string) =>
    rpcError(status.FAILED_PRECONDITION, `Event stream '${stream}' is deleted.`, {
      exception: 'stream-deleted',
      'stream-name': stream,
    }),
  wrongVersion: (operation: string, stream: string, expected: bigint, actual: bigint) =>
    rpcError(
      status.FAILED_PRECONDITION,
      `${operation} failed due to WrongExpectedVersion. Stream: ${stream}, Expected version: ${expected}, Actual version: ${actual}`,
      {
        exception: 'wrong-expected-version',
        'stream-name': stream,
        'expected-version': String(expected),
        'actual-version': String(actual),
      },
    ),
  tooLarge: (limit: number) =>
    rpcError(status.INVALID_ARGUMENT, `Maximum Append Size of ${limit} Exceeded.`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(limit),
    }),
  messageTooLarge: () =>
    rpcError(
      status.RESOURCE_EXHAUSTED,
      'Received message exceeds the maximum configured message size.',
    ),
  /** What a live subscriber gets that did not take its events off in time. */
  tooSlow: () =>
    rpcError(
      status.ABORTED,
      'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
    ),
  handlerFailed,
  readFailed: (of: 'ReadAllResult' | 'ReadStreamResult') =>
    rpcError(status.UNKNOWN, `Unexpected ${of}: Error`),
  /** What a handler threw, as the caller hears of it. */
  from: (error: unknown): ServiceError => (isRpcError(error) ? error : handlerFailed()),
} as const;
