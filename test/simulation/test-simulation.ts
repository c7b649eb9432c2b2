/** `npm run test:simulation`: replicas over one store in virtual time, with whatever can go wrong, drawn from seeds. */
import { Command } from 'commander';
import { count, wholeNumber } from '../faults/run-options.js';
import { runSeed } from './run-seed.js';
import { Tally } from './tally.js';
import { describeFailure, lineOf } from './describe-failure.js';
import { installVirtualTime, realTime } from './world/virtual-time.js';

interface Options {
  readonly seeds: number;
  readonly from: number;
  readonly trace?: true;
}

const SHOWN_FAILURES = 5;
const PROGRESS_MILLISECONDS = 10_000;

const say = (line: string): void => void process.stdout.write(`${line}\n`);

await new Command('test:simulation')
  .description(
    'plays two or three replicas over one event store in virtual time, and checks that no promise of the service breaks',
  )
  .option('--seeds <n>', 'how many simulations', count, 10_000)
  .option('--from <seed>', 'the first seed; the others follow it', wholeNumber, 1)
  .option('--trace', 'print every step')
  .addHelpText('after', '\nA seed determines its simulation to the last step.')
  .action(run)
  .parseAsync();

async function run({ seeds, from, trace }: Options): Promise<void> {
  installVirtualTime();
  const began = realTime();
  const seconds = () => (realTime() - began) / 1_000;
  const tally = new Tally();
  let told = began;
  for (let seed = from; seed < from + seeds; seed += 1) {
    const played = await runSeed(seed, trace && { trace: (...step) => say(lineOf(...step)) });
    tally.add(played);
    if (played.violation && tally.violated <= SHOWN_FAILURES) say(await describeFailure(played));
    if (realTime() - told < PROGRESS_MILLISECONDS) continue;
    told = realTime();
    say(
      `${tally.seeds} of ${seeds} seeds, ${tally.violated} violations, ${seconds().toFixed(0)} s`,
    );
  }
  say(tally.table(seconds()));
  if (tally.violated > 0) process.exitCode = 1;
}
