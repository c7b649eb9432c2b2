import type { History } from '../history.js';
import { checkAppends } from './check-appends.js';
import { checkConflicts } from './check-conflicts.js';
import { checkFinalView, checkLog } from './check-log.js';
import { checkReads } from './check-reads.js';
import { checkSubscribers } from './check-subscribers.js';
import { StoredLog } from './stored-log.js';
import type { Violation } from './violation.js';

/** Everything that a history breaks of what an event store promises; empty when it keeps its promises. */
export function checkHistory(history: History): readonly Violation[] {
  const { appends, subscribers, server, final, troubles } = history;
  const log = new StoredLog(server);
  return [
    ...checkAppends(appends, log),
    ...checkConflicts(appends, log),
    ...checkLog(appends, log),
    ...checkFinalView(final, log),
    ...checkReads(history, log),
    ...checkSubscribers(subscribers, log),
    ...troubles.map((text) => ({ rule: 'did-not-recover', text }) as const),
  ];
}
