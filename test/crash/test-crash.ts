/** `npm run test:crash`: kills a real service under load, over and over, and checks that nothing was lost or done twice. */
import { randomInt } from 'node:crypto';
import { Command, InvalidArgumentError } from 'commander';
import { PLACES } from './kill/moments.js';
import { describeFailure } from './report/describe-failure.js';
import { summaryOf } from './report/summary.js';
import { Tally } from './report/tally.js';
import type { PlayedRound } from './round.js';
import { runCrashTest } from './run-crash-test.js';
import { buildCrashProgram } from './stage/crash-program.js';
import { leaveNothingBehind } from './stage/leave-nothing.js';
import { serverStarter } from './store-option.js';

const PROGRESS = 60_000;
const MINUTE = 60_000;

interface Options {
  readonly rounds: number;
  readonly seed: number;
  readonly store: string;
  readonly series: number;
  readonly from: number;
  readonly atOnce: number;
  readonly limit: number;
  readonly verbose?: true;
}

const NOTES = `
The seed decides what is asked, when it is tried to kill the service, and how the clock jumps. What the processes make of
it is up to the machine: playing a series again repeats the plan, not every millisecond.

The log of a server of EventStoreDB (--store esdb://…) has to be empty; all rounds then make one series. To have the server
killed too, set DOCKET_TEST_EVENTSTOREDB_COMMAND to a shell command line that runs it in the foreground at that address,
with its log on a disk, and have nothing else run there.`;

await new Command('test:crash')
  .description('kills a real service under load and checks what it told, stored and called')
  .option('--rounds <n>', 'kills and restarts', wholeNumber, 1_000)
  .option(
    '--seed <n>',
    'what they are drawn from; another one each time if not given',
    wholeNumber,
    randomInt(2 ** 31),
  )
  .option(
    '--store <store>',
    'sqlite, scripted (a stand-in for EventStoreDB), or esdb://…',
    'sqlite',
  )
  .option('--series <n>', 'rounds on one data directory', wholeNumber, 50)
  .option('--from <index>', 'the first series', wholeNumber, 0)
  .option('--at-once <n>', 'series at the same time', wholeNumber, 2)
  .option('--limit <minutes>', 'after so long the test is given up', wholeNumber, 240)
  .option('--verbose', 'tell of every round')
  .addHelpText('after', NOTES)
  .action(run)
  .parseAsync();

async function run(options: Options): Promise<void> {
  const { rounds, seed, store, from, limit } = options;
  const isReal = store.startsWith('esdb://');
  const startServer = serverStarter(store, seed);
  leaveNothingBehind();
  const begun = performance.now();
  const seconds = () => (performance.now() - begun) / 1_000;
  const tally = new Tally();
  say(`Seed ${seed}, ${rounds} rounds, event store: ${store}`);
  const progress = setInterval(
    () => say(`${tally.rounds} rounds, ${seconds().toFixed(0)} s`),
    PROGRESS,
  );
  const timer = setTimeout(() => {
    say(`Given up after ${limit} minutes.`);
    process.exit(1);
  }, limit * MINUTE);
  const program = await buildCrashProgram();
  const perSeries = isReal ? rounds : Math.max(1, options.series);
  try {
    await runCrashTest({
      seed,
      rounds,
      perSeries,
      from,
      atOnce: isReal ? 1 : Math.max(1, options.atOnce),
      program,
      startServer,
      onRound: (played) => {
        tally.addRound(played);
        if (options.verbose) say(describeRound(played));
      },
      onSeries: (played) => {
        tally.addSeries(played);
        if (played.violations.length > 0) say(describeFailure(played, { seed, store, perSeries }));
      },
    });
  } finally {
    clearInterval(progress);
    clearTimeout(timer);
    say(summaryOf(tally, seconds()));
    await program.remove();
  }
  if (tally.violations > 0) process.exitCode = 1;
}

function describeRound({ round, killedAt, insideCommit, startedIn }: PlayedRound): string {
  const start =
    startedIn === null ? 'did not listen yet' : `listened after ${startedIn.toFixed(0)} ms`;
  const half = insideCommit ? ', half a transaction is left' : '';
  return `Round ${round}: ${start}, killed ${PLACES[killedAt]} (${killedAt}${half})`;
}

function say(line: string): void {
  process.stdout.write(`${line}\n`);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value >= 0) return value;
  throw new InvalidArgumentError('expected a whole number.');
}
