import type { Replica } from './replica.js';
import type { Step } from './schedule.js';
import type { World } from './world.js';

/** Milliseconds that a process stands still; the longest is past the deadline of an execution and its time of grace. */
const PAUSES = [20, 1_000, 20_000, 60_000] as const;

/** How long the longest pause is. */
export const LONGEST_PAUSE = PAUSES.at(-1)!;

/** What the seed has happen to the replicas behind a step, mostly to the one whose step it was. */
export function strike(world: World, { process }: Step): void {
  const { random, profile, living } = world;
  if (living.length === 0) return;
  const own = living.find((replica) => replica.process === process);
  const victim = own && random.chance(0.8) ? own : random.pick(living);
  if (random.chance(profile.deaths)) kill(world, victim);
  else if (random.chance(profile.pauses)) pause(world, victim);
  else if (random.chance(profile.stops)) stop(world, victim);
}

/** Ends a replica between two of its steps. */
export function kill(world: World, { process }: Replica): void {
  world.tell(`${process.name} DIES`);
  process.die();
}

function pause(world: World, { process }: Replica): void {
  const milliseconds = world.random.pick(PAUSES);
  world.tell(`${process.name} STANDS STILL for ${milliseconds} ms`);
  process.pause(milliseconds);
}

function stop(world: World, replica: Replica): void {
  if (replica.isStopping) return;
  world.tell(`${replica.process.name} IS SHUT DOWN`);
  void replica.stop();
}
