import Table from 'cli-table3';
import { describeSchedule } from './describe-schedule.js';
import type { Schedule } from './schedule.js';
import type { Played, Tally } from './tally.js';

const MAX_VIOLATIONS = 20;

/** The summary at the end of a run. */
export function tableOf(tally: Tally, seconds: number): string {
  const appends = (kind: Parameters<Tally['appends']['get']>[0]) => tally.appends.get(kind) ?? 0;
  const table = new Table({ style: { head: [], border: [] } });
  table.push(
    ['schedules', tally.schedules],
    ['events stored', tally.events],
    ['appends acknowledged', appends('acknowledged')],
    ['appends of unknown outcome', appends('unknown')],
    ['appends refused (unavailable, denied)', appends('refused')],
    ['conflicts', appends('conflict')],
    ['reads', tally.reads],
    ['subscriber sessions', tally.sessions],
    ['drops of subscriptions', tally.drops],
    ...[...tally.faults].toSorted(byName).map(([kind, times]) => [`fault: ${kind}`, times]),
    ['lost', tally.lost],
    ['doubled', tally.doubled],
    ['other violations', tally.otherViolations],
    ['seconds', seconds.toFixed(0)],
  );
  return table.toString();
}

/** Everything about a schedule that broke a rule, with the command line that plays it again. */
export function describeFailure(
  { schedule, violations }: Played,
  replay: (schedule: Schedule) => string,
): string {
  const shown = violations.slice(0, MAX_VIOLATIONS);
  const more = violations.length - shown.length;
  return [
    `VIOLATION in schedule ${schedule.index} of seed ${schedule.seed}:`,
    ...shown.map(({ rule, text }) => `  ${rule}: ${text}`),
    ...(more > 0 ? [`  and ${more} more`] : []),
    describeSchedule(schedule),
    `Play it again: ${replay(schedule)}`,
  ].join('\n');
}

const byName = ([one]: readonly [string, number], [other]: readonly [string, number]): number =>
  one < other ? -1 : 1;
