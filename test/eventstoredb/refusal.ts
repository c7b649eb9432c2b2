/** An error of the client package, without what differs from call to call. */
export interface Refusal {
  readonly class: string;
  readonly type?: string;
  readonly code?: number;
  readonly message: string;
  readonly expectedVersion?: unknown;
  readonly actualVersion?: unknown;
  readonly streamName?: unknown;
  readonly maxAppendSize?: unknown;
}

/** What a call fails with; throws when it does not fail. */
export async function refusalOf(call: () => unknown): Promise<Refusal> {
  try {
    await call();
  } catch (error) {
    if (error instanceof Error) return shapeOf(error);
    throw error;
  }
  throw new Error('The call succeeded.');
}

const details = [
  'type',
  'code',
  'expectedVersion',
  'actualVersion',
  'streamName',
  'maxAppendSize',
] as const;

export function shapeOf(error: Error): Refusal {
  const found = details
    .map((name) => [name, Reflect.get(error, name) as unknown])
    .filter(([, value]) => value !== undefined);
  return { class: error.constructor.name, message: error.message, ...Object.fromEntries(found) };
}

export const wrongVersion = (
  streamName: string,
  expectedVersion: bigint | string,
  actualVersion: bigint | string,
): Refusal => ({
  class: 'WrongExpectedVersionError',
  type: 'wrong-expected-version',
  message: '',
  streamName,
  expectedVersion,
  actualVersion,
});

export const streamDeleted = (streamName: string): Refusal => ({
  class: 'StreamDeletedError',
  type: 'stream-deleted',
  code: 9,
  message: `9 FAILED_PRECONDITION: Event stream '${streamName}' is deleted.`,
  streamName,
});

export const streamNotFound = (streamName: string): Refusal => ({
  class: 'StreamNotFoundError',
  type: 'stream-not-found',
  message: `${streamName} not found`,
  streamName,
});

export const tooLarge: Refusal = {
  class: 'MaxAppendSizeExceededError',
  type: 'maximum-append-size-exceeded',
  code: 3,
  message: '3 INVALID_ARGUMENT: Maximum Append Size of 1048576 Exceeded.',
  maxAppendSize: 1_048_576,
};

const unknown = (code: number, message: string): Refusal => ({
  class: 'UnknownError',
  type: 'unknown',
  code,
  message,
});

export const messageTooLarge = unknown(
  8,
  '8 RESOURCE_EXHAUSTED: Received message exceeds the maximum configured message size.',
);
export const handlerFailed = unknown(2, '2 UNKNOWN: Exception was thrown by handler.');
export const streamReadFailed = unknown(2, '2 UNKNOWN: Unexpected ReadStreamResult: Error');
export const wholeReadFailed = unknown(2, '2 UNKNOWN: Unexpected ReadAllResult: Error');
export const resetWithoutStatus = unknown(
  13,
  '13 INTERNAL: Received RST_STREAM with code 0 (Call ended without gRPC status)',
);

export const accessDenied: Refusal = {
  class: 'AccessDeniedError',
  type: 'access-denied',
  code: 7,
  message: '7 PERMISSION_DENIED: Access Denied',
};
export const unauthenticated: Refusal = {
  class: 'AccessDeniedError',
  type: 'access-denied',
  code: 16,
  message: '16 UNAUTHENTICATED: Unauthenticated',
};
export const notReady: Refusal = {
  class: 'UnavailableError',
  type: 'unavailable',
  code: 14,
  message: '14 UNAVAILABLE: Server Is Not Ready',
};
export const tooSlow: Refusal = {
  class: 'TimeoutError',
  type: 'timeout',
  code: 10,
  message:
    '10 ABORTED: Operation timed out: Consumer too slow to handle event while live. Client resubscription required.',
};
