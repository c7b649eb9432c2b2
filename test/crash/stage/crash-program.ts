import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { transformFile } from '@swc/core';
import { projectRoot } from '../../../src/runtime/project-root.js';
import { buildProgram, type BuiltProgram } from '../../support/docket/build-program.js';
import { END_WITH_US } from '../../support/docket/end-with-us.js';
import { keep, removeWithUs } from './leave-nothing.js';

/** The built program, and what it has to be started with to be under this test's clock and to start quickly. */
export interface CrashProgram extends BuiltProgram {
  readonly settings: Readonly<Record<string, string>>;
}

const PRELOADS = ['resolutions.preload', 'clock.preload'] as const;

/**
 * Builds the program and has it loaded once in peace: what Node compiled and found on the way is kept for all processes to
 * come, which are killed and keep nothing.
 */
export async function buildCrashProgram(): Promise<CrashProgram> {
  const program = await buildProgram();
  const folder = dirname(dirname(program.main));
  removeWithUs(folder);
  const preloads = await Promise.all(PRELOADS.map((name) => compilePreload(name, folder)));
  const settings = {
    NODE_COMPILE_CACHE: join(folder, 'compiled'),
    NODE_OPTIONS: preloads.map((file) => `--import=${file}`).join(' '),
    CRASH_RESOLUTIONS: join(folder, 'resolutions.json'),
    CRASH_CLOCK_AHEAD: '0',
  };
  const env = { PATH: process.env['PATH'], ...settings };
  const args = [...END_WITH_US, program.main, '--version'];
  const child = spawn(process.execPath, args, { env, stdio: ['pipe', 'ignore', 'ignore'] });
  await once(child, 'close');
  return {
    ...program,
    settings,
    async remove() {
      await program.remove();
      keep(folder);
    },
  };
}

async function compilePreload(name: string, folder: string): Promise<string> {
  const source = join(import.meta.dirname, `${name}.ts`);
  const { code } = await transformFile(source, { cwd: projectRoot });
  const target = join(folder, `${name}.js`);
  await writeFile(target, code);
  return target;
}
