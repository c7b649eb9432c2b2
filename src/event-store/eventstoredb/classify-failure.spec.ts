import { describe, expect, it } from '@jest/globals';
import { EventStoreError, VersionConflict } from '../event-store.errors.js';
import { classifyFailure } from './classify-failure.js';
import { CallTimedOut } from './time-limit.js';

const failure = (fields: object): Error => Object.assign(new Error(), fields);

/** Errors as the client was seen to throw them. */
const refusals: readonly (readonly [object, string])[] = [
  [{ type: 'maximum-append-size-exceeded', message: '', code: 3 }, 'too-large'],
  [
    {
      type: 'unknown',
      code: 8,
      message:
        '8 RESOURCE_EXHAUSTED: Received message exceeds the maximum configured message size.',
    },
    'too-large',
  ],
  [{ type: 'access-denied', code: 7, message: '7 PERMISSION_DENIED: Access Denied' }, 'denied'],
  [{ type: 'access-denied', code: 16, message: '16 UNAUTHENTICATED: Unauthenticated' }, 'denied'],
  [{ type: 'stream-deleted', code: 9, message: '9 FAILED_PRECONDITION: deleted' }, 'denied'],
  [{ type: 'invalid-argument', message: 'fromRevision' }, 'invalid'],
  [
    { type: 'unknown', code: 13, message: '13 INTERNAL: Request message serialization failure: x' },
    'invalid',
  ],
];

const neverSent: readonly object[] = [
  {
    type: 'unavailable',
    code: 14,
    message: '14 UNAVAILABLE: No connection established. Last error: connect ECONNREFUSED',
  },
  {
    code: 14,
    message: '14 UNAVAILABLE: No connection established. Last error: Error: certificate',
  },
  { message: 'Failed to discover after 10 attempts.' },
  {
    type: 'deadline-exceeded',
    code: 4,
    message: '4 DEADLINE_EXCEEDED: Deadline exceeded after 5s,Waiting for LB pick',
  },
  { type: 'not-leader', code: 5, message: '5 NOT_FOUND: Leader info available' },
];

const open: readonly object[] = [
  { type: 'unavailable', code: 14, message: '14 UNAVAILABLE: Connection dropped' },
  { type: 'unavailable', code: 14, message: '14 UNAVAILABLE: read ECONNRESET' },
  { type: 'unavailable', code: 14, message: '14 UNAVAILABLE: Server Is Not Ready' },
  { type: 'unknown', code: 13, message: '13 INTERNAL: Received RST_STREAM with code 0' },
  { type: 'deadline-exceeded', code: 4, message: '4 DEADLINE_EXCEEDED: Deadline exceeded' },
  { type: 'deadline-exceeded', message: '' },
  { type: 'timeout', code: 10, message: '10 ABORTED: Operation timed out: commit phase' },
  { type: 'unknown', code: 1, message: '1 CANCELLED: Cancelled on client' },
  { type: 'unknown', code: 2, message: '2 UNKNOWN: Exception was thrown by handler.' },
];

describe('a failure of the EventStoreDB client', () => {
  it('is a conflict at the version where the stream stands', () => {
    const call = { stream: 'governedRequest-1', expectedVersion: 3 };
    for (const [actualVersion, actual] of [
      [7n, 7],
      ['no_stream', -1],
    ] as const) {
      const error = failure({ type: 'wrong-expected-version', message: '', actualVersion });
      expect(classifyFailure(error, call)).toEqual({
        kind: 'refused',
        error: new VersionConflict('governedRequest-1', 3, actual),
      });
    }
  });

  it.each(refusals)('is refused for good: %j', (fields, code) => {
    expect(classifyFailure(failure(fields))).toMatchObject({ kind: 'refused', error: { code } });
  });

  it.each(neverSent)('was never sent: %j', (fields) => {
    expect(classifyFailure(failure(fields)).kind).toBe('not-sent');
  });

  it.each(open)('leaves the outcome open: %j', (fields) => {
    expect(classifyFailure(failure(fields)).kind).toBe('unknown');
  });

  it('leaves the outcome open when it is nothing that is known', () => {
    for (const error of [new TypeError('undefined is not iterable'), 'text', null, undefined, {}]) {
      expect(classifyFailure(error).kind).toBe('unknown');
    }
    expect(classifyFailure(new CallTimedOut(5_000))).toEqual({
      kind: 'unknown',
      reason: 'no answer within 5000 ms',
    });
  });

  it('stays what it is when the adapter itself refused', () => {
    const error = new EventStoreError('closed', 'The store is closed.');
    expect(classifyFailure(error)).toEqual({ kind: 'refused', error });
  });
});
