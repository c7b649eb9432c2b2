import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { projectRoot } from '../../src/runtime/project-root.js';

/** Arguments for a Node process that is to load the sources as they are. */
export const LOAD_TYPESCRIPT: readonly string[] = [
  '--import',
  pathToFileURL(join(projectRoot, 'scripts', 'load-typescript.js')).href,
];
