import { describeFailure, tableOf } from './report.js';
import { runSchedules, underWay, type Run } from './run-schedules.js';
import type { Schedule } from './schedule.js';
import { Tally, type Played } from './tally.js';

const PROGRESS_MILLISECONDS = 10_000;

export type FaultRun = Omit<Run, 'onPlayed'> & {
  readonly limitMinutes: number;
  readonly replay: (schedule: Schedule) => string;
};

/** Runs schedules for a person who watches, and sets the exit code to 1 when anything was wrong. */
export async function reportRun(run: FaultRun): Promise<void> {
  const began = performance.now();
  const seconds = () => (performance.now() - began) / 1_000;
  const tally = new Tally();
  const say = (line: string) => void process.stdout.write(`${line}\n`);
  const progress = setInterval(() => {
    say(`${tally.schedules} of ${run.schedules} schedules, ${seconds().toFixed(0)} s`);
  }, PROGRESS_MILLISECONDS);
  const onPlayed = (played: Played) => {
    tally.add(played);
    if (played.violations.length > 0) say(describeFailure(played, run.replay));
  };
  const stopWatching = watchForBreakdown(run);
  say(`Seed ${run.seed}, schedules ${run.from} to ${run.from + run.schedules - 1}`);
  try {
    await withinMinutes(run.limitMinutes, runSchedules({ ...run, onPlayed }));
  } finally {
    clearInterval(progress);
    stopWatching();
    say(tableOf(tally, seconds()));
  }
  if (tally.violated > 0) process.exitCode = 1;
}

/** An error that nobody caught ends the process: this says in which schedules. */
function watchForBreakdown({ replay }: FaultRun): () => void {
  const report = () => {
    for (const schedule of underWay) process.stderr.write(`Under way: ${replay(schedule)}\n`);
  };
  process.on('uncaughtExceptionMonitor', report);
  return () => process.off('uncaughtExceptionMonitor', report);
}

async function withinMinutes(minutes: number, run: Promise<void>): Promise<void> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`The run was not over in ${minutes} minutes.`)),
    minutes * 60_000,
  );
  try {
    await Promise.race([run, late]);
  } finally {
    clearTimeout(timer);
  }
}
