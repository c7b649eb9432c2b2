import 'reflect-metadata';
import { docketCommand } from './cli/docket-command.js';
import { exitWithin, STOP_WITHIN } from './cli/exit-within.js';
import { reportFailure } from './cli/report-failure.js';
import { createLogger } from './runtime/logger.js';

// What this process writes holds requests and answers: its files are nobody else's to read.
process.umask(0o077);

try {
  await docketCommand.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}

// A command that is over leaves nothing running; where something does, it does not hold up whoever waits for the process.
exitWithin(STOP_WITHIN, createLogger('info'));
