import type { Command } from 'commander';
import { docketCommand } from '../../src/cli/docket-command.js';
import { document } from './markdown.js';

const INTRODUCTION = `Run it as \`npm run docket -- <command>\` in the project (after \`npm run build\`), or as \`node dist/main.js <command>\`. Settings come from the
environment, see [configuration](configuration.md). Exit codes: 0 done · 1 failed · 2 a wrong setting or policy file. Errors are one line on
standard error.`;

const WIDTH = 100;

/** `cli.md`: the help of every command, as the command itself prints it. */
export function cliReference(): string {
  const sections = docketCommand.commands.flatMap((command) => sectionsOf(command, ''));
  return document('Command line', INTRODUCTION, helpOf(docketCommand), ...sections);
}

/** A command, and those within it. */
function sectionsOf(command: Command, within: string): readonly string[] {
  const name = `${within}${command.name()}`;
  const inner = command.commands.flatMap((one) => sectionsOf(one, `${name} `));
  return [`## ${name}\n\n${helpOf(command)}`, ...inner];
}

function helpOf(command: Command): string {
  const help = command.createHelp();
  help.prepareContext({ helpWidth: WIDTH });
  return `\`\`\`text\n${help.formatHelp(command, help).trim()}\n\`\`\``;
}
