import type { Position, StoredEvent } from '../../../src/event-store/event-store.js';
import type { SessionRecord, SubscriberRecord } from '../history.js';
import { sameEvent, type StoredLog } from './stored-log.js';
import type { Rule, Violation } from './violation.js';

/**
 * Every session hands over the log behind its start without a gap, and over all of its sessions a subscriber applies
 * every event behind its first start exactly once, in the order of the log.
 */
export const checkSubscribers = (
  subscribers: readonly SubscriberRecord[],
  log: StoredLog,
): readonly Violation[] => subscribers.flatMap((each) => checkSubscriber(each, log));

function checkSubscriber(
  { subscriber, sessions, applied, caughtUp }: SubscriberRecord,
  log: StoredLog,
): readonly Violation[] {
  const who = `subscriber ${subscriber}`;
  const first = sessions[0]?.after ?? null;
  const late = `${who} stands at ${applied.at(-1)?.position ?? first}, the log at ${log.events.at(-1)?.position}`;
  return [
    ...(caughtUp ? [] : [{ rule: 'subscriber-late', text: late } as const]),
    ...compare(`${who} in all`, behind(log, first, caughtUp ? undefined : applied), applied),
    ...sessions.flatMap((session, at) => checkSession(`${who}, session ${at}`, session, log)),
  ];
}

function checkSession(
  who: string,
  { after, received, failure }: SessionRecord,
  log: StoredLog,
): readonly Violation[] {
  return [
    ...(failure === null
      ? []
      : [{ rule: 'subscriber-ended', text: `${who}: ${failure}` } as const]),
    ...compare(who, behind(log, after, received), received),
  ];
}

/** The log behind a position; up to the newest event of `seen`, if given. */
function behind(
  { events }: StoredLog,
  after: Position | null,
  seen?: readonly StoredEvent[],
): readonly StoredEvent[] {
  const newest = seen?.reduce((last, { position }) => (position > last ? position : last), -1n);
  return events.filter(
    ({ position }) =>
      (after === null || position > after) && (newest === undefined || position <= newest),
  );
}

function compare(
  who: string,
  expected: readonly StoredEvent[],
  seen: readonly StoredEvent[],
): readonly Violation[] {
  const missing = new Set(expected.map(({ id }) => id));
  // What comes a second time is no longer missing.
  const extra = seen.filter(({ id }) => !missing.delete(id));
  const missed = expected.filter(({ id }) => missing.has(id));
  const violations = [
    ...some('subscriber-missed', who, missed),
    ...some('subscriber-doubled', who, extra),
  ];
  if (violations.length > 0) return violations;
  return some(
    'subscriber-disordered',
    who,
    seen.filter((event, at) => !sameEvent(event, expected[at])),
  );
}

const some = (rule: Rule, who: string, events: readonly StoredEvent[]): readonly Violation[] =>
  events.map(({ stream, version, position }) => ({
    rule,
    text: `${who}: version ${version} of ${stream} at ${position}`,
  }));
