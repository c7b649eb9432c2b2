/** `npm run test:eventstoredb:faults`: seeded random fault schedules against a real EventStoreDB that is killed, stopped, paused and started. */
import { reportRun } from './fault-run.js';
import { realProfile } from './real-profile.js';
import { RealTarget } from './real-target.js';
import { readSettings } from './real-settings.js';
import { runCommand, type RunOptions } from './run-options.js';
import { endServersWithThisProcess } from './server-process.js';

const SCHEDULE_MILLISECONDS = 240_000;

const describe =
  'plays random fault schedules against the EventStoreDB that DOCKET_TEST_EVENTSTOREDB_COMMAND starts';

await runCommand('test:eventstoredb:faults', describe, 25).action(run).parseAsync();

async function run({ limit, ...options }: RunOptions): Promise<void> {
  const settings = await readSettings(process.env);
  if (typeof settings === 'string') {
    process.stderr.write(`${settings}\n`);
    process.exitCode = 2;
    return;
  }
  endServersWithThisProcess();
  const target = await RealTarget.start(settings.command, settings.address);
  try {
    await reportRun({
      ...options,
      // One server is killed for one schedule at a time.
      atOnce: 1,
      limitMinutes: limit,
      scheduleMilliseconds: SCHEDULE_MILLISECONDS,
      stageOf: () => ({ profile: realProfile, start: () => Promise.resolve(target) }),
      replay: ({ seed, index }) =>
        `npm run test:eventstoredb:faults -- --schedules 1 --seed ${seed} --from ${index}`,
    });
  } finally {
    await target.end();
  }
}
