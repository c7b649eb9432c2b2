import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/runtime/project-root.js';

/** The text of a file of this project. */
export const projectFile = (path: string): string => readFileSync(join(projectRoot, path), 'utf8');
