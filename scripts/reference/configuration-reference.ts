import { relative } from 'node:path';
import type { z } from 'zod';
import { projectRoot } from '../../src/runtime/project-root.js';
import { settings } from '../../src/runtime/settings.js';
import { document, table } from './markdown.js';

const INTRODUCTION = `Docket reads its settings from the environment when it starts. A variable set to nothing counts as not set. A wrong value, or a
\`DOCKET_\` variable that is not in this table, stops it with one line that names the variable (never its value) and exit code 2.`;

/** `configuration.md`, from the schema that checks the environment. */
export function configurationReference(): string {
  const rows = Object.entries(settings.shape).map(([name, setting]) => [
    `\`${name}\``,
    presetOf(setting),
    setting.description ?? '',
  ]);
  return document('Configuration', INTRODUCTION, table(['variable', 'default', 'what'], rows));
}

/** What the setting is when the variable is not set. */
function presetOf(setting: z.ZodType<string | number | undefined>): string {
  const preset = setting.parse(undefined);
  return preset === undefined ? 'none' : `\`${fromProject(String(preset))}\``;
}

/** Paths are told from the project's folder on, so that they read the same on every machine. */
const fromProject = (text: string): string =>
  text.startsWith(projectRoot) ? `./${relative(projectRoot, text).replaceAll('\\', '/')}` : text;
