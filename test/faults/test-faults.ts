/** `npm run test:faults`: seeded random fault schedules against the scripted EventStoreDB. */
import { reportRun } from './fault-run.js';
import { count, runCommand, type RunOptions } from './run-options.js';
import { scriptedStage } from './scripted-stage.js';

const SCHEDULE_MILLISECONDS = 90_000;

const describe =
  'plays random fault schedules against a scripted EventStoreDB and checks that nothing is lost or doubled';

await runCommand('test:faults', describe, 1_000)
  .option('--at-once <n>', 'so many schedules at the same time', count, 4)
  .action(async ({ limit, ...options }: RunOptions & { readonly atOnce: number }) =>
    reportRun({
      ...options,
      limitMinutes: limit,
      scheduleMilliseconds: SCHEDULE_MILLISECONDS,
      stageOf: scriptedStage,
      replay: ({ seed, index }) =>
        `npm run test:faults -- --schedules 1 --seed ${seed} --from ${index}`,
    }),
  )
  .parseAsync();
