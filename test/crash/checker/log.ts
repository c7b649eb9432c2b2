import { isDeepStrictEqual } from 'node:util';
import { ACCESS_PREFIX } from '../../../src/access-log/access-log.codec.js';
import { loggedEventOf } from '../../../src/views/event-log/logged-event.js';
import { place, shown, type Check, type Evidence } from './evidence.js';
import type { Violation } from './violation.js';

/** The log has no gap, and whatever was read from it once stays as it was. */
export const checkLog: Check = (evidence) => [
  ...positions(evidence),
  ...versions(evidence),
  ...ids(evidence),
  ...changes(evidence),
  ...leaps(evidence),
];

function positions({ log, isDense }: Evidence): Violation[] {
  return log.flatMap((event, index) => {
    const before = index === 0 ? 0n : (log[index - 1]?.position ?? 0n);
    const follows = isDense
      ? event.position === before + 1n
      : index === 0 || event.position > before;
    if (follows) return [];
    return [
      { rule: 'log-gap', text: `${place(event)} follows on ${before}`, evidence: [shown(event)] },
    ];
  });
}

function versions({ log }: Evidence): Violation[] {
  const heads = new Map<string, number>();
  return log.flatMap((event) => {
    const expected = (heads.get(event.stream) ?? -1) + 1;
    heads.set(event.stream, event.version);
    if (event.version === expected) return [];
    const text = `${place(event)}, where version ${expected} belongs`;
    return [{ rule: 'log-gap', text, evidence: [shown(event)] }];
  });
}

function ids({ log }: Evidence): Violation[] {
  const met = new Set<string>();
  return log.flatMap((event) => {
    const isNew = !met.has(event.id);
    met.add(event.id);
    if (isNew) return [];
    return [{ rule: 'log-gap', text: `${place(event)} is there twice`, evidence: [shown(event)] }];
  });
}

/**
 * Whoever reads on behind the last event that they were shown gets each further one once: no gap is filled afterwards.
 * The log is shown without the access log.
 */
function leaps({ log, seen }: Evidence): Violation[] {
  const ofRequests = log.filter(({ stream }) => !stream.startsWith(ACCESS_PREFIX));
  const indexes = new Map(ofRequests.map(({ position }, index) => [String(position), index]));
  const expected = new Map<string, number>();
  return seen.flatMap(({ reader, round, event }) => {
    const next = expected.get(reader) ?? 0;
    const index = indexes.get(event.position) ?? next;
    expected.set(reader, index + 1);
    // Whoever was refused where they had read last begins anew; that they were is a violation of its own.
    if (index === next || index === 0) return [];
    const text = `The event at position ${event.position} came to the reader of ${reader} out of turn`;
    return [{ rule: 'log-gap', text, evidence: [{ round, event }] }];
  });
}

function changes({ log, seen }: Evidence): Violation[] {
  const now = new Map(log.map((event) => [String(event.position), event]));
  return seen.flatMap(({ round, event }) => {
    const stored = now.get(event.position);
    if (stored && isDeepStrictEqual(loggedEventOf(stored), event)) return [];
    const became = stored ? 'is another one now' : 'is gone';
    const text = `${event.type} of ${event.stream} at position ${event.position}, as it was read, ${became}`;
    const evidence = [{ round, event }, stored && shown(stored)];
    return [{ rule: 'log-changed', text, evidence }];
  });
}
