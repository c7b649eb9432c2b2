import {
  NO_STREAM,
  type NewEvent,
  type StoredEvent,
} from '../../../src/event-store/event-store.js';
import { jsonEvent } from '../../../src/event-store/json-event.js';
import type { AppendOutcome, AppendRecord, History, SubscriberRecord } from '../history.js';

const BYTES_A_RECORD = 100n;

/** An event whose id is easily told from others. */
const eventNumber = (number: number): NewEvent =>
  jsonEvent(`0198f2a0-0000-7000-8000-${String(number).padStart(12, '0')}`, 'Tried', { number }, {});

/** `[stream, number]` of each event, in the order of the log. */
export function logOf(...entries: readonly (readonly [string, number])[]): readonly StoredEvent[] {
  const versions = new Map<string, number>();
  return entries.map(([stream, number], at) => {
    const version = (versions.get(stream) ?? NO_STREAM) + 1;
    versions.set(stream, version);
    return { ...eventNumber(number), stream, version, position: BigInt(at + 1) * BYTES_A_RECORD };
  });
}

/** An append that took from `began` to one millisecond later. */
export const appendOf = (
  stream: string,
  expectedVersion: number,
  numbers: readonly number[],
  outcome: AppendOutcome,
  began: number,
): AppendRecord => ({
  writer: 0,
  stream,
  expectedVersion,
  events: numbers.map(eventNumber),
  began,
  ended: began + 1,
  outcome,
});

/** One session from the start that received and applied these events. */
export const subscriberOf = (...events: readonly StoredEvent[]): SubscriberRecord => ({
  subscriber: 0,
  sessions: [{ after: null, received: events, failure: null }],
  applied: events,
  caughtUp: true,
});

/** Two appends to one stream and one to another, of which a subscriber saw everything. */
export function goodHistory(): History {
  const server = logOf(['a', 1], ['a', 2], ['b', 3], ['a', 4]);
  return {
    appends: [
      appendOf('a', NO_STREAM, [1, 2], { kind: 'acknowledged', version: 1, position: 200n }, 10),
      appendOf('b', NO_STREAM, [3], { kind: 'unknown' }, 20),
      appendOf('a', 0, [5], { kind: 'conflict', expected: 0, actual: 1 }, 30),
      appendOf('a', 1, [4], { kind: 'acknowledged', version: 2, position: 400n }, 40),
      appendOf('b', 0, [6], { kind: 'refused', code: 'unavailable' }, 50),
    ],
    streamReads: [
      { stream: 'a', began: 35, ended: 36, outcome: { kind: 'read', value: server.slice(0, 2) } },
    ],
    logReads: [
      { limit: 3, began: 45, ended: 46, outcome: { kind: 'read', value: server.slice(0, 3) } },
    ],
    headReads: [{ began: 45, ended: 46, outcome: { kind: 'read', value: 400n } }],
    subscribers: [subscriberOf(...server)],
    server,
    final: { head: 400n, log: server },
    troubles: [],
    drops: 0,
  };
}
