/** `npm run test:fuzz`: sends made-up and mutated requests to a Docket of its own process and judges every answer. */
import { randomInt } from 'node:crypto';
import { Command } from 'commander';
import { count, wholeNumber } from '../faults/run-options.js';
import { repeatOne } from './repeat-one.js';
import { reportText } from './report-text.js';
import { runFuzz } from './run-fuzz.js';
import { startTarget, type Target } from './target.js';

interface Options {
  readonly requests: number;
  readonly seed: number;
  readonly path?: string;
}

const print = (line: string): void => void process.stdout.write(`${line}\n`);

await new Command('test:fuzz')
  .description('sends made-up and mutated requests over every route, and judges every answer')
  .option('--requests <n>', 'how many', count, 100_000)
  .option(
    '--seed <n>',
    'what they are drawn from; another one each time if not given',
    wholeNumber,
    randomInt(1_000_000_000),
  )
  .option('--path <path>', 'repeats the one request of this seed that failed at this path')
  .action(run)
  .parseAsync();

async function run(options: Options): Promise<void> {
  const target = await startTarget();
  try {
    process.exitCode = (await passes(target, options)) ? 0 : 1;
  } finally {
    await target.remove();
  }
}

async function passes(target: Target, { requests, seed, path }: Options): Promise<boolean> {
  if (path === undefined) {
    const report = await runFuzz(target, { requests, seed, patient: true, progress: print });
    print(reportText(report, seed));
    return report.faults.length === 0;
  }
  const failure = await repeatOne(target, { seed, path });
  print(failure ?? 'It does not fail.');
  return failure === null;
}
