import 'reflect-metadata';
import { docketCommand } from './cli/docket-command.js';
import { reportFailure } from './cli/report-failure.js';

// What this process writes holds requests and answers: its files are nobody else's to read.
process.umask(0o077);

// A file at its size limit (`ulimit -f`) is a write that fails, not the end of the process.
process.on('SIGXFSZ', () => {});

try {
  await docketCommand.parseAsync();
} catch (error) {
  process.exitCode = reportFailure(error);
}
