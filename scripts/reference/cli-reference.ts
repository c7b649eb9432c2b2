import type { Command } from 'commander';
import { docketCommand } from '../../src/cli/docket-command.js';
import { document } from './markdown.js';

const INTRODUCTION = `Run it as \`npm run docket -- <command>\` in the project (after \`npm run build\`), or as \`node dist/main.js <command>\`. Settings come from the
environment, see [configuration](configuration.md). Exit codes: 0 done · 1 failed · 2 a wrong setting or policy file. Errors are one line on
standard error.`;

const WIDTH = 100;

/** `cli.md`: the help of every command, as the command itself prints it. */
export function cliReference(): string {
  const sections = docketCommand.commands.map(
    (command) => `## ${command.name()}\n\n${helpOf(command)}`,
  );
  return document('Command line', INTRODUCTION, helpOf(docketCommand), ...sections);
}

function helpOf(command: Command): string {
  const help = command.createHelp();
  help.prepareContext({ helpWidth: WIDTH });
  return `\`\`\`text\n${help.formatHelp(command, help).trim()}\n\`\`\``;
}
