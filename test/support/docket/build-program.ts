import { glob, mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join, relative } from 'node:path';
import { transformFile } from '@swc/core';
import { projectRoot } from '../../../src/runtime/project-root.js';

/** The program as the build would make it of the sources as they are now. */
export interface BuiltProgram {
  /** The file for Node to run. */
  readonly main: string;
  remove(): Promise<void>;
}

/** Compiles all sources into a folder of its own, beside what the program finds beside itself. */
export async function buildProgram(): Promise<BuiltProgram> {
  const root = await mkdtemp(join(tmpdir(), 'docket-program-'));
  for (const name of ['node_modules', 'package.json', 'policies', 'openclaw']) {
    await symlink(join(projectRoot, name), join(root, name));
  }
  const sources = join(projectRoot, 'src');
  for await (const file of glob(join(sources, '**/*.ts'))) {
    if (/\.(spec|contract)\.ts$/.test(file)) continue;
    const { code } = await transformFile(file, { cwd: projectRoot });
    const target = join(root, 'dist', relative(sources, file).replace(/ts$/, 'js'));
    await mkdir(dirname(target), { recursive: true });
    await writeFile(target, code);
  }
  return {
    main: join(root, 'dist', 'main.js'),
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
