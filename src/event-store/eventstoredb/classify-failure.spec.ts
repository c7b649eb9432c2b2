import { describe, expect, it } from '@jest/globals';
import { EventStoreError, VersionConflict } from '../event-store.errors.js';
import { CallFailed, isAnswer, isRefusal, mayBeDone, type CallFailure } from './call-failure.js';
import { classifyFailure, type Call } from './classify-failure.js';
import { CallTimedOut } from './time-limit.js';

const call: Call = { hosts: 'a:2113', right: 'read $all', stream: 'governedRequest-1' };

type Fields = { readonly type?: string; readonly code?: number; readonly message: string };

/** What it is | behind what | and the error as the client was seen to throw it at a real server: type | code | message. */
const OBSERVED = `
# appends
conflict | a stale version | wrong-expected-version |  | 
invalid | a negative version | unknown | 13 | 13 INTERNAL: Request message serialization failure: Cannot read properties of null (reading 'lo')
invalid | an invalid event in a batch | unknown |  | Could not recognize BadRequest
outcome-unknown | an invalid event | unknown | 2 | 2 UNKNOWN: Exception was thrown by handler.
too-large | more than 1 MiB | maximum-append-size-exceeded | 3 | 3 INVALID_ARGUMENT: Maximum Append Size of 1048576 Exceeded.
too-large | more than 1 MiB in a batch | maximum-append-size-exceeded |  | 
too-large | more than 16 MiB | unknown | 8 | 8 RESOURCE_EXHAUSTED: Received message exceeds the maximum configured message size.
outcome-unknown | a value that is no JSON | deadline-exceeded | 4 | 4 DEADLINE_EXCEEDED: Deadline exceeded after 10.001s
denied | a stream deleted for ever | stream-deleted |  | 

# reads
stream-missing | no such stream | stream-not-found |  | governedRequest-1 not found
denied | a stream deleted for ever | stream-deleted | 9 | 9 FAILED_PRECONDITION: Event stream 'x' is deleted.
outcome-unknown | a broken read of a stream | unknown | 2 | 2 UNKNOWN: Unexpected ReadStreamResult: Error
outcome-unknown | a broken read of all | unknown | 2 | 2 UNKNOWN: Unexpected ReadAllResult: Error
invalid | a count that is none | unknown | 13 | 13 INTERNAL: Request message serialization failure: x
invalid | a version that is none | invalid-argument |  | fromRevision must be positive

# faults
unavailable | a server that is down | unavailable | 14 | 14 UNAVAILABLE: No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:2113
unavailable | a server that is down, raw |  | 14 | 14 UNAVAILABLE: No connection established. Last error: Error: connect ECONNREFUSED 127.0.0.1:2113
unavailable | a name that is unknown | unavailable | 14 | 14 UNAVAILABLE: Name resolution failed for x
unavailable | a channel that was closed before | unavailable | 14 | 14 UNAVAILABLE: Channel closed before call started
broken-client | a failed discovery |  |  | Failed to discover after 10 attempts.
unavailable | no election yet, in a batch | unknown |  | Could not recognize Server Is Not Ready
unavailable | no election yet | unavailable | 14 | 14 UNAVAILABLE: Server Is Not Ready
unavailable | a server that is too busy | unavailable | 14 | 14 UNAVAILABLE: Server Is Too Busy
outcome-unknown | a killed server | unavailable | 14 | 14 UNAVAILABLE: Connection dropped
outcome-unknown | a killed server, by the socket | unavailable | 14 | 14 UNAVAILABLE: read ECONNRESET
outcome-unknown | a server that was asked to stop | unknown | 13 | 13 INTERNAL: Received RST_STREAM with code 0 (Call ended without gRPC status)
outcome-unknown | a server that is too slow, by its own account | deadline-exceeded |  | 
outcome-unknown | a silent server | deadline-exceeded | 4 | 4 DEADLINE_EXCEEDED: Deadline exceeded after 3.003s,LB pick: 0.001s,remote_addr=127.0.0.1:2113
unavailable | a silent server that was never reached | deadline-exceeded | 4 | 4 DEADLINE_EXCEEDED: Deadline exceeded after 5.001s,name resolution: 0.001s,metadata filters: 0.000s,Waiting for LB pick
outcome-unknown | a client disposed of | unknown | 1 | 1 CANCELLED: Cancelled on client
outcome-unknown | a call the server cancelled | cancelled | 1 | 1 CANCELLED: Call cancelled
outcome-unknown | a write that waited too long for the others | timeout | 10 | 10 ABORTED: Operation timed out: Commit phase timeout
outcome-unknown | a subscriber that is too slow | timeout | 10 | 10 ABORTED: Operation timed out: Consumer too slow to handle event while live. Client resubscription required.
broken-client | the answer of a dead batch |  |  | undefined is not iterable (cannot read property Symbol(Symbol.iterator))

# security
unavailable | an unknown authority |  | 14 | 14 UNAVAILABLE: No connection established. Last error: Error: unable to verify the first certificate
unavailable | a certificate for other names | unavailable | 14 | 14 UNAVAILABLE: No connection established. Last error: Error: Hostname/IP does not match certificate's altnames
denied | no credentials, in a batch | access-denied |  | 
denied | no rights | access-denied | 7 | 7 PERMISSION_DENIED: Access Denied
denied | no rights, raw |  | 7 | 7 PERMISSION_DENIED: Access Denied
denied | a wrong password | access-denied | 16 | 16 UNAUTHENTICATED: Unauthenticated

# cluster
not-leader | a node that follows | not-leader | 5 | 5 NOT_FOUND: Leader info available
unavailable | a node that knows no leader | unknown | 2 | 2 UNKNOWN: No leader info available in response
outcome-unknown | a node in the middle of an election, raw |  | 2 | 2 UNKNOWN: Exception was thrown by handler.
`;

const rows = OBSERVED.split('\n')
  .filter((line) => line.includes('|'))
  .map((line) => line.split('|').map((cell) => cell.trim()))
  .map(([kind = '', situation = '', type = '', code = '', message = '']) => {
    const fields: Fields = { ...(type && { type }), ...(code && { code: Number(code) }), message };
    return [situation, fields, kind] as const;
  });

const failure = (fields: Fields): Error => Object.assign(new Error(fields.message), fields);

describe('a failure of the EventStoreDB client', () => {
  it.each(rows)('behind %s is what it is: %j is %s', (_, fields, kind) => {
    expect(classifyFailure(failure(fields), call).kind).toBe(kind);
  });

  it.each([
    [7n, 7],
    ['no_stream', -1],
  ] as const)(
    'is a conflict at the version where the stream stands (%s)',
    (actualVersion, actual) => {
      const error = Object.assign(new Error(), { type: 'wrong-expected-version', actualVersion });
      expect(classifyFailure(error, { ...call, expectedVersion: 3 })).toEqual({
        kind: 'conflict',
        error: new VersionConflict('governedRequest-1', 3, actual),
      });
    },
  );

  it('is a position that no event has when a page was to begin there', () => {
    const error = failure({ code: 2, message: '2 UNKNOWN: Unexpected ReadAllResult: Error' });
    expect(classifyFailure(error, { ...call, from: 7n })).toEqual({
      kind: 'position-unknown',
      error: new EventStoreError('position-unknown', 'No event stands at position 7.'),
    });
    expect(classifyFailure(error, { ...call, from: null }).kind).toBe('outcome-unknown');
  });

  it('leaves the outcome open when the server said nothing in time', () => {
    expect(classifyFailure(new CallTimedOut(5_000), call)).toEqual({
      kind: 'outcome-unknown',
      reason: 'no answer within 5000 ms',
    });
  });

  it('comes from a broken client when it is nothing that a server can cause', () => {
    for (const error of [new TypeError('x is not a function'), 'text', null, undefined, {}]) {
      expect(classifyFailure(error, call)).toMatchObject({ kind: 'broken-client', isSent: true });
    }
  });

  it('stays what it was found to be', () => {
    const found: CallFailure = { kind: 'unavailable', reason: 'no node of the cluster was found' };
    expect(classifyFailure(new CallFailed(found), call)).toBe(found);
  });

  it('says in words of an operator what can be done', () => {
    const reason = (fields: Fields) =>
      new CallFailed(classifyFailure(failure(fields), call)).message;
    expect(reason({ code: 14, message: 'Last error: self-signed certificate' })).toMatch(
      /not trusted: name the authority that signed it with tlsCAFile/,
    );
    expect(reason({ code: 16, message: '' })).toMatch(/a:2113.*user, password or certificate/);
    expect(reason({ code: 7, message: '' })).toMatch(/a:2113.*does not let its user read \$all/);
    expect(reason({ code: 14, message: 'error:0A00010B:wrong version number:\n../ssl3' })).toMatch(
      /^[^\n]*does not speak TLS[^\n]*$/,
    );
  });
});

describe('what follows from a failure', () => {
  const found = rows.map(([, fields]) => classifyFailure(failure(fields), call));

  it('is no other try where the same call would be answered the same way', () => {
    const final = new Set(found.filter(isRefusal).map(({ kind }) => kind));
    expect([...final].toSorted()).toEqual([
      'conflict',
      'denied',
      'invalid',
      'stream-missing',
      'too-large',
    ]);
  });

  it('is an open outcome exactly where the call may have reached a log', () => {
    const setbacks = found.filter((each) => !isRefusal(each));
    const open = (isOpen: boolean) =>
      new Set(setbacks.filter((each) => mayBeDone(each) === isOpen).map(({ kind }) => kind));
    expect(open(true)).toEqual(new Set(['outcome-unknown', 'broken-client']));
    expect(open(false)).toEqual(new Set(['unavailable', 'not-leader', 'broken-client']));
    const isSent = (message: string) =>
      mayBeDone(
        classifyFailure(failure({ message }), call) as Exclude<CallFailure, { error: unknown }>,
      );
    expect(isSent('Failed to discover after 10 attempts.')).toBe(false);
    expect(isSent('undefined is not iterable')).toBe(true);
  });

  it('is that the server lives, when it refused or named the leader', () => {
    for (const each of found) {
      expect(isAnswer(each)).toBe(isRefusal(each) || each.kind === 'not-leader');
    }
  });
});
