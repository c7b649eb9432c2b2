/**
 * Sends made-up and mutated requests to a Docket of its own process and holds every answer against what it must be.
 * Usage: `npm run test:fuzz -- [--requests 100000] [--seed S]`, and `--seed S --path P` to repeat one that failed.
 */
import { parseArgs } from 'node:util';
import { repeatOne } from './repeat-one.js';
import { reportText } from './report-text.js';
import { runFuzz } from './run-fuzz.js';
import { startTarget } from './target.js';

const MOST_SEEDS = 1_000_000_000;

const { values } = parseArgs({
  options: {
    requests: { type: 'string', default: '100000' },
    seed: { type: 'string', default: String(Date.now() % MOST_SEEDS) },
    path: { type: 'string' },
  },
});
const [requests, seed] = [Number(values.requests), Number(values.seed)];
const print = (line: string): void => void process.stdout.write(`${line}\n`);

const target = await startTarget();
try {
  if (values.path === undefined) {
    const report = await runFuzz(target, { requests, seed, patient: true, progress: print });
    print(reportText(report, seed));
    process.exitCode = report.faults.length > 0 ? 1 : 0;
  } else {
    const failure = await repeatOne(target, { seed, path: values.path });
    print(failure ?? 'It does not fail.');
    process.exitCode = failure === null ? 0 : 1;
  }
} finally {
  await target.remove();
}
