import 'reflect-metadata';
import { docketCommand } from './cli/docket-command.js';
import { reportFailure } from './cli/report-failure.js';

try {
  await docketCommand.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}
