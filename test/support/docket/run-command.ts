import { jest } from '@jest/globals';
import { docketCommand } from '../../../src/cli/docket-command.js';
import { reportFailure } from '../../../src/cli/report-failure.js';

/** What a command printed, and the exit code its process would end with. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs one command of the command line in this process, with just these settings beside the environment's. */
export async function runCommand(
  args: readonly string[],
  settings: Readonly<Record<string, string>>,
): Promise<CommandResult> {
  const stdout = capture(process.stdout);
  const stderr = capture(process.stderr);
  const before = { ...process.env };
  Object.assign(process.env, settings);
  try {
    const code = await docketCommand
      .parseAsync(args, { from: 'user' })
      .then(() => 0, reportFailure);
    return { code, stdout: stdout.text(), stderr: stderr.text() };
  } finally {
    for (const name of Object.keys(settings)) delete process.env[name];
    Object.assign(process.env, before);
    stdout.restore();
    stderr.restore();
  }
}

function capture(stream: NodeJS.WriteStream) {
  let text = '';
  const spy = jest.spyOn(stream, 'write').mockImplementation((chunk) => {
    text += chunk.toString();
    return true;
  });
  return { text: () => text, restore: () => spy.mockRestore() };
}
