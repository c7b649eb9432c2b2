/** Writes `docs/reference` from the code. Usage: `npm run docs`. */
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '../../src/runtime/project-root.js';
import { REFERENCE_FILES } from './reference-files.js';

for (const [name, write] of Object.entries(REFERENCE_FILES)) {
  const file = join('docs', 'reference', name);
  writeFileSync(join(projectRoot, file), await write());
  process.stdout.write(`Wrote ${file}\n`);
}
