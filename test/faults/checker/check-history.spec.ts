import { describe, expect, it } from '@jest/globals';
import { NO_STREAM } from '../../../src/event-store/event-store.js';
import type { AppendRecord, History, SubscriberRecord } from '../history.js';
import { checkHistory } from './check-history.js';
import { appendOf, goodHistory, logOf, subscriberOf } from './sample-history.js';
import type { Rule } from './violation.js';

const good = goodHistory();
const { server } = good;

describe('the checker', () => {
  it('finds nothing in a history that keeps every promise', () => {
    expect(checkHistory(good)).toEqual([]);
  });

  it.each<readonly [Rule, string, Partial<History>]>([
    ['acknowledged-lost', 'an acknowledged event is gone', stored(['a', 1], ['a', 2], ['b', 3])],
    [
      'stored-twice',
      'an append was written twice',
      stored(['a', 1], ['a', 2], ['b', 3], ['a', 4], ['a', 4]),
    ],
    [
      'stored-half',
      'an append of unknown outcome was written in part',
      appending(appendOf('b', NO_STREAM, [3, 7], { kind: 'unknown' }, 60)),
    ],
    [
      'stored-elsewhere',
      'an append was acknowledged at another position',
      appending(answered(3, { kind: 'acknowledged', version: 2, position: 401n })),
    ],
    [
      'stored-elsewhere',
      'an append stands behind another version than it was to follow',
      appending({ ...appendNumber(3), expectedVersion: 0 }),
    ],
    [
      'stored-differently',
      'an event was written with another text',
      { server: server.map((event) => ({ ...event, data: '{}' })) },
    ],
    [
      'refused-but-stored',
      'an append that conflicted was written',
      appending(answered(3, { kind: 'conflict', expected: 1, actual: 2 })),
    ],
    [
      'refused-but-stored',
      'an append that was called unavailable was written',
      appending(answered(3, { kind: 'refused', code: 'unavailable' })),
    ],
    [
      'code-unexpected',
      'an append was called invalid',
      appending(answered(4, { kind: 'refused', code: 'invalid' })),
    ],
    [
      'stranger-stored',
      'the log holds an event that nobody sent',
      stored(['a', 1], ['a', 2], ['b', 3], ['a', 4], ['a', 9]),
    ],
    [
      'versions-broken',
      'a stream lacks a version',
      { server: server.map((event) => (event.version === 2 ? { ...event, version: 3 } : event)) },
    ],
    [
      'order-broken',
      'an append stands before one that was acknowledged before it began',
      appending({ ...appendNumber(0), began: 60, ended: 61 }),
    ],
    [
      'conflict-wrong',
      'a conflict names a version at which no append ended',
      appending(answered(2, { kind: 'conflict', expected: 0, actual: 5 })),
    ],
    [
      'conflict-wrong',
      'a conflict names the version that was expected',
      appending(appendOf('a', 1, [5], { kind: 'conflict', expected: 1, actual: 1 }, 30)),
    ],
    [
      'conflict-wrong',
      'a conflict names an older version than was acknowledged before',
      appending(answered(2, { kind: 'conflict', expected: 0, actual: NO_STREAM })),
    ],
    [
      'conflict-wrong',
      'a conflict names a version that was written later',
      appending(answered(2, { kind: 'conflict', expected: 0, actual: 2 })),
    ],
    ['call-hung', 'an append never ended', appending(answered(1, { kind: 'hung' }))],
    [
      'call-broke',
      'an append ended with an error that is none of the port',
      appending(answered(1, { kind: 'broke', message: 'TypeError' })),
    ],
    [
      'read-missed',
      'a read of a stream lacks an event acknowledged before it',
      { streamReads: [streamRead(server.slice(0, 1))] },
    ],
    [
      'read-wrong',
      'a read of a stream shows an event that is not there',
      { streamReads: [streamRead(logOf(['a', 1], ['a', 9]))] },
    ],
    ['call-hung', 'a read never ended', { headReads: [{ ...at(5), outcome: { kind: 'hung' } }] }],
    [
      'code-unexpected',
      'a read was told that a position is unknown',
      {
        logReads: [{ ...at(5), limit: 1, outcome: { kind: 'refused', code: 'position-unknown' } }],
      },
    ],
    [
      'read-missed',
      'a read of the log lacks an event acknowledged before it',
      { logReads: [{ ...at(50), limit: 9, outcome: { kind: 'read', value: server.slice(0, 3) } }] },
    ],
    [
      'read-wrong',
      'a read of the log has a gap',
      { logReads: [{ ...at(5), limit: 9, outcome: { kind: 'read', value: server.slice(1) } }] },
    ],
    [
      'head-wrong',
      'the head was older than an acknowledged append',
      { headReads: [{ ...at(50), outcome: { kind: 'read', value: 300n } }] },
    ],
    ['head-wrong', 'the head is wrong in the end', { final: { head: 300n, log: server } }],
    [
      'read-wrong',
      'the log is not what the server holds in the end',
      { final: { head: 400n, log: server.slice(1) } },
    ],
    ['did-not-recover', 'a store took no append any more', { troubles: ['Store 0 took none.'] }],
  ])('finds %s when %s', (rule, _, broken) => {
    expect(rulesOf({ ...good, ...broken })).toContain(rule);
  });

  it.each<readonly [Rule, string, SubscriberRecord]>([
    ['subscriber-missed', 'did not see an event', subscriberOf(server[0]!, ...server.slice(2))],
    ['subscriber-doubled', 'saw an event twice', subscriberOf(...server, server[3]!)],
    [
      'subscriber-disordered',
      'saw two events in the wrong order',
      subscriberOf(server[1]!, server[0]!, ...server.slice(2)),
    ],
    [
      'subscriber-disordered',
      'saw an event with another text',
      subscriberOf({ ...server[0]!, data: '{}' }, ...server.slice(1)),
    ],
    [
      'subscriber-late',
      'did not come to the end',
      { ...subscriberOf(...server.slice(0, 3)), caughtUp: false },
    ],
    [
      'subscriber-ended',
      'was told that its subscription is over',
      withSessions({ after: null, received: server, failure: 'position-unknown' }),
    ],
    [
      'subscriber-doubled',
      'received an event again behind its checkpoint',
      withSessions(
        { after: null, received: server.slice(0, 2), failure: null },
        { after: 200n, received: server.slice(1), failure: null },
      ),
    ],
    [
      'subscriber-missed',
      'lacked an event behind its checkpoint',
      withSessions(
        { after: null, received: server.slice(0, 2), failure: null },
        { after: 200n, received: server.slice(3), failure: null },
      ),
    ],
  ])('finds %s when a subscriber %s', (rule, _, subscriber) => {
    expect(rulesOf({ ...good, subscribers: [subscriber] })).toContain(rule);
  });

  it('lets a subscriber receive again, behind its checkpoint, what it had not applied', () => {
    const restarted = withSessions(
      { after: null, received: server.slice(0, 3), failure: null },
      { after: 200n, received: server.slice(2), failure: null },
    );
    expect(checkHistory({ ...good, subscribers: [restarted] })).toEqual([]);
  });

  it('lets an append of unknown outcome be written or not', () => {
    const unknown = appendOf('b', 0, [8, 9], { kind: 'unknown' }, 60);
    expect(checkHistory({ ...good, appends: [...good.appends, unknown] })).toEqual([]);
  });
});

const rulesOf = (history: History): readonly Rule[] =>
  checkHistory(history).map(({ rule }) => rule);

function stored(...entries: readonly (readonly [string, number])[]): Partial<History> {
  return { server: logOf(...entries) };
}

/** The good history with one append, known by its first event, in place of the good one. */
function appending(append: AppendRecord): Partial<History> {
  const isSame = ({ events }: AppendRecord) => events[0]?.id === append.events[0]?.id;
  return { appends: good.appends.map((each) => (isSame(each) ? append : each)) };
}

function appendNumber(number: number): AppendRecord {
  const append = good.appends[number];
  if (append === undefined) throw new Error(`There is no append ${number}.`);
  return append;
}

function answered(number: number, outcome: AppendRecord['outcome']): AppendRecord {
  return { ...appendNumber(number), outcome };
}

function streamRead(value: History['server']): History['streamReads'][number] {
  return { ...at(35), stream: 'a', outcome: { kind: 'read', value } };
}

function at(began: number): { readonly began: number; readonly ended: number } {
  return { began, ended: began + 1 };
}

function withSessions(...sessions: SubscriberRecord['sessions']): SubscriberRecord {
  return { ...subscriberOf(...server), sessions };
}
