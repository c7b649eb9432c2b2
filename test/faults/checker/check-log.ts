import type { AppendRecord, FinalView } from '../history.js';
import { acknowledged, isBeginningOf, type StoredLog } from './stored-log.js';
import type { Violation } from './violation.js';

/** The log of the server in itself: nothing in it that nobody sent, no gap, nothing before what was known before it. */
export const checkLog = (
  appends: readonly AppendRecord[],
  log: StoredLog,
): readonly Violation[] => [...strangers(appends, log), ...gaps(log), ...disorder(appends)];

function strangers(appends: readonly AppendRecord[], log: StoredLog): readonly Violation[] {
  const sent = new Set(appends.flatMap(({ events }) => events.map(({ id }) => id)));
  return log.events
    .filter(({ id }) => !sent.has(id))
    .map(({ id, stream, version }) => ({
      rule: 'stranger-stored',
      text: `${stream} holds at version ${version} the event ${id}, which no writer sent`,
    }));
}

function gaps(log: StoredLog): readonly Violation[] {
  return [...log.streams]
    .filter(([, events]) => events.some(({ version }, at) => version !== at))
    .map(([stream, events]) => ({
      rule: 'versions-broken',
      text: `${stream} holds the versions ${events.map(({ version }) => version).join(', ')}`,
    }));
}

/** What was acknowledged before another append began stands before it. */
function disorder(appends: readonly AppendRecord[]): readonly Violation[] {
  const byPosition = acknowledged(appends).toSorted((one, other) =>
    one.position > other.position ? -1 : 1,
  );
  let firstEnd = Infinity;
  return byPosition.flatMap(({ append, position }): readonly Violation[] => {
    const isDisordered = firstEnd < append.began;
    firstEnd = Math.min(firstEnd, append.ended);
    if (!isDisordered) return [];
    const text = `the append to ${append.stream} at ${position} stands before one that was acknowledged earlier`;
    return [{ rule: 'order-broken', text }];
  });
}

/** What the store shows in the end is what the server holds. */
export function checkFinalView(
  final: FinalView | null,
  { events }: StoredLog,
): readonly Violation[] {
  if (final === null) return [];
  const violations: Violation[] = [];
  const last = events.at(-1)?.position ?? null;
  if (final.head !== last) {
    violations.push({
      rule: 'head-wrong',
      text: `in the end head() is ${final.head}, not ${last}`,
    });
  }
  if (final.log.length !== events.length || !isBeginningOf(events, final.log)) {
    const text = `in the end readAll() shows ${final.log.length} events, and not the ${events.length} of the server`;
    violations.push({ rule: 'read-wrong', text });
  }
  return violations;
}
