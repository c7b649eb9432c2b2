import Table from 'cli-table3';
import { PLACES, type Moment } from '../kill/moments.js';
import type { Tally } from './tally.js';

/** The table at the end of a test. */
export function summaryOf(tally: Tally, seconds: number): string {
  const table = new Table({ style: { head: [], border: [] } });
  const kills = [...tally.kills]
    .map(([moment, times]) => [killedAt(moment), times] as const)
    .toSorted(([one], [other]) => (one < other ? -1 : 1));
  table.push(
    ['rounds (a kill and a restart each)', tally.rounds],
    ['data directories', tally.series],
    ...kills.map((row) => [...row]),
    ['kills that left half a transaction', tally.insideCommit],
    ['kills of the event store’s server', tally.serverKills],
    ['calls of clients', tally.asked],
    ['answers that arrived', tally.answered],
    ['answers that acknowledged', tally.acknowledged],
    ['requests', tally.count('Submitted')],
    ['approvals granted', tally.count('ApprovalGranted')],
    ['executions started', tally.count('ExecutionStarted')],
    ['calls that the gateway got', tally.calls],
    ['executed', tally.count('Executed')],
    ['failed', tally.count('ExecutionFailed')],
    ['outcome unknown', tally.count('ExecutionOutcomeUnknown')],
    ['resolved by people', tally.count('OutcomeResolved')],
    ['events', tally.events],
    ['violations', tally.violations],
    ...[...tally.violated].map(([rule, times]) => [`violated: ${rule}`, times]),
    ['seconds', seconds.toFixed(0)],
  );
  return table.toString();
}

const killedAt = (moment: Moment): string =>
  PLACES[moment] === moment ? `killed ${moment}` : `killed ${PLACES[moment]}: ${moment}`;
