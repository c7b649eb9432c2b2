import 'reflect-metadata';
import { docketCommand } from './cli/docket-command.js';
import { reportFailure } from './cli/report-failure.js';

// What this process writes holds requests and answers: its files are nobody else's to read.
process.umask(0o077);

try {
  await docketCommand.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}
