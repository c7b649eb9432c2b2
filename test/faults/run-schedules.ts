import { checkHistory } from './checker/check-history.js';
import { drawSchedule } from './draw-schedule.js';
import type { FaultTarget } from './fault-target.js';
import type { History } from './history.js';
import type { OpenStore } from './open-store.js';
import { playSchedule } from './play-schedule.js';
import type { Profile } from './profile.js';
import type { Schedule } from './schedule.js';
import type { Played } from './tally.js';

/** A kind of server, and how schedules are played on it. */
export interface Stage {
  readonly profile: Profile;
  start(): Promise<FaultTarget>;
}

export interface Run {
  readonly seed: number;
  /** Index of the first schedule. */
  readonly from: number;
  readonly schedules: number;
  /** So many are played at the same time, each on a target of its own. */
  readonly atOnce: number;
  /** A schedule that takes longer ends the run. */
  readonly scheduleMilliseconds: number;
  /** On what the schedule of this index is played. */
  stageOf(index: number): Stage;
  /** For stores other than the real one. */
  readonly open?: OpenStore;
  onPlayed(played: Played): void;
}

/** Schedules under way: what to look at when the process itself breaks. */
export const underWay = new Set<Schedule>();

/** Plays and checks every schedule; rejects when one could not be played to its end. */
export async function runSchedules(run: Run): Promise<void> {
  let next = run.from;
  const end = run.from + run.schedules;
  const playOn = async () => {
    while (next < end) {
      const index = next;
      next += 1;
      run.onPlayed(await playOne(run, index));
    }
  };
  await Promise.all(Array.from({ length: run.atOnce }, playOn));
}

async function playOne(run: Run, index: number): Promise<Played> {
  const stage = run.stageOf(index);
  const { profile } = stage;
  const schedule = drawSchedule(run.seed, index, profile.pace);
  underWay.add(schedule);
  const target = await stage.start();
  try {
    const history = await inTime(run, playSchedule(schedule, target, profile, run.open), index);
    return { schedule, history, violations: checkHistory(history) };
  } catch (cause) {
    throw new Error(`Schedule ${index} of seed ${run.seed} could not be played.`, { cause });
  } finally {
    await target.close();
    underWay.delete(schedule);
  }
}

async function inTime(
  { scheduleMilliseconds }: Run,
  playing: Promise<History>,
  index: number,
): Promise<History> {
  const { promise: late, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(
    () => reject(new Error(`Schedule ${index} was not over in ${scheduleMilliseconds} ms.`)),
    scheduleMilliseconds,
  );
  try {
    return await Promise.race([playing, late]);
  } finally {
    clearTimeout(timer);
  }
}
