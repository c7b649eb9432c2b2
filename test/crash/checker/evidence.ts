import { ACCESS_PREFIX, decodeAccess } from '../../../src/access-log/access-log.codec.js';
import type { StoredEvent } from '../../../src/event-store/event-store.js';
import { decode } from '../../../src/governed-request/governed-request.codec.js';
import type { RecordedEvent } from '../../../src/governed-request/recorded-event.js';
import { traceOf } from '../../../src/views/request-trace/evolve-trace.js';
import type { RecordedTrace } from '../../../src/views/request-trace/trace.js';
import type { Records } from '../records.js';
import type { Violation } from './violation.js';

/** The events of one request, oldest first. */
export type Stream = readonly RecordedEvent[];

/** The records, and the log by request. */
export interface Evidence extends Records {
  readonly streams: ReadonlyMap<string, Stream>;
  /** Events that cannot be read. */
  readonly unreadable: readonly Violation[];
}

export type Check = (evidence: Evidence) => readonly Violation[];

export function evidenceOf(records: Records): Evidence {
  const unreadable: Violation[] = [];
  const events = records.log.flatMap((stored) => {
    try {
      if (!stored.stream.startsWith(ACCESS_PREFIX)) return [decode(stored)];
      decodeAccess(stored);
      return [];
    } catch (error) {
      unreadable.push({
        rule: 'illegal-history',
        text: messageOf(error),
        evidence: [shown(stored)],
      });
      return [];
    }
  });
  return { ...records, streams: Map.groupBy(events, ({ requestId }) => requestId), unreadable };
}

/** What the events tell; null when they cannot be folded, which is for the check of histories to say. */
export function foldOf(stream: Stream): RecordedTrace | null {
  try {
    return traceOf(stream);
  } catch {
    return null;
  }
}

/** Where an event stands, for people. */
export const place = ({ type, stream, version, position }: StoredEvent | RecordedEvent): string =>
  `${type} at ${stream}@${version}, position ${position}`;

/** An event as JSON can show it. */
export const shown = (event: StoredEvent | RecordedEvent): object => ({
  ...event,
  position: String(event.position),
});

export const messageOf = (error: unknown): string =>
  error instanceof Error ? error.message : String(error);
