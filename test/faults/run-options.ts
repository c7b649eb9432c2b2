import { randomInt } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';

export interface RunOptions {
  readonly schedules: number;
  readonly seed: number;
  readonly from: number;
  readonly limit: number;
}

const REPLAYS = `
A schedule is drawn from its seed and index alone: writers, subscribers, faults and their times. The sockets and timers
are real, so playing it again repeats the schedule, not the order in which everything happens within a millisecond.`;

/** What both commands of this folder can be told. */
export const runCommand = (name: string, description: string, schedules: number): Command =>
  new Command(name)
    .description(description)
    .option('--schedules <n>', 'how many schedules', count, schedules)
    .option(
      '--seed <n>',
      'what they are drawn from; another one each time if not given',
      wholeNumber,
      randomInt(2 ** 31),
    )
    .option('--from <index>', 'the index of the first', wholeNumber, 0)
    .option('--limit <minutes>', 'after so long the run is given up', count, 30)
    .addHelpText('after', REPLAYS);

export const count = (text: string): number => numberFrom(1, text);

export const wholeNumber = (text: string): number => numberFrom(0, text);

function numberFrom(least: number, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= least) return value;
  throw new InvalidArgumentError(`expected a whole number of ${least} or more.`);
}
