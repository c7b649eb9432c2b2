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

/** The failures of an EventStoreDB node, with the codes, texts and trailers that its client reads. */
export const rpcErrors = {
  accessDenied: () =>
    rpcError(status.PERMISSION_DENIED, 'Access Denied', { exception: 'access-denied' }),
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
  tooLarge: (limit: number) =>
    rpcError(status.INVALID_ARGUMENT, `Maximum Append Size of ${limit} Exceeded.`, {
      exception: 'maximum-append-size-exceeded',
      'maximum-append-size': String(limit),
    }),
  /** What a live subscriber gets that did not take its events off in time. */
  tooSlow: () =>
    rpcError(
      status.ABORTED,
      'Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
    ),
  handlerFailed: () => rpcError(status.UNKNOWN, 'Exception was thrown by handler.'),
  readFailed: (of: 'ReadAllResult' | 'ReadStreamResult') =>
    rpcError(status.UNKNOWN, `Unexpected ${of}: Error`),
} as const;
