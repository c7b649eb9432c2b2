/** `npm run bench -- [decisions|flat|load|eventstore] [options]`: what Docket is measured by, each against something in the same run. */
import { Command, InvalidArgumentError } from 'commander';
import { measureEventStores } from './event-store/measure-event-stores.js';
import { measureFlatCost } from './flat/measure-flat-cost.js';
import { measureDecisions } from './http/measure-decisions.js';
import { measureLoad } from './load/measure-load.js';

const count = (text: string): number => {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new InvalidArgumentError('expected a whole number above zero.');
};

const whole = (text: string): number => (text === '0' ? 0 : count(text));

const counts = (text: string): readonly number[] => text.split(',').map(count);

await new Command('bench')
  .addCommand(
    new Command('decisions')
      .description('durable decisions per second over HTTP, beside a bare NestJS-Fastify route')
      .option('--seconds <n>', 'length of a round', count, 8)
      .option('--rounds <n>', 'rounds of each, in turns', count, 5)
      .option('--connections <n>', 'requests under way at once', count, 64)
      .option('--half <seconds>', 'then so long at half of the rate it reached; 0: not', whole, 20)
      .action(measureDecisions),
    { isDefault: true },
  )
  .addCommand(
    new Command('flat')
      .description('durable decisions per second over HTTP by the number of events that are stored')
      .option('--sizes <n,…>', 'events stored', counts, [1e3, 1e4, 1e5, 1e6])
      .option('--rounds <n>', 'rounds over each store, in turns', count, 20)
      .option('--requests <n>', 'requests in a round', count, 1_000)
      .option('--connections <n>', 'requests under way at once', count, 64)
      .option('--keep <folder>', 'keep the prepared stores here for later runs')
      .action(measureFlatCost),
  )
  .addCommand(
    new Command('load')
      .description(
        'holds a rate of mixed traffic: latencies, errors, memory, and whether all ended as it should',
      )
      .option('--rate <n>', 'submissions a second', count, 200)
      .option('--readers <n>', 'reads a second', count, 20)
      .option('--minutes <n>', 'how long', count, 5)
      .option('--seconds <n>', 'how long, instead of minutes', count)
      .option('--warm-up <n>', 'requests before anything is measured', count, 25_000)
      .option('--seed <n>', 'another seed is another order of requests', count, 1)
      .action(measureLoad),
  )
  .addCommand(
    new Command('eventstore')
      .description('appends and subscription events per second of each event store')
      .option('--seconds <n>', 'length of a round', count, 3)
      .option('--rounds <n>', 'rounds of each, in turns', count, 3)
      .option('--events <n>', 'events that a subscription catches up with', count, 20_000)
      .action(measureEventStores),
  )
  .parseAsync();
