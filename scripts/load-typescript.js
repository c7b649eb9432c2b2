import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { threadId } from 'node:worker_threads';

/**
 * Lets Node load the sources as they are, in processes and in threads that a spec starts: Jest compiles only what it loads
 * itself.
 */
registerHooks({
  resolve(specifier, context, nextResolve) {
    const isSource = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
    return nextResolve(isSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
  load(url, context, nextLoad) {
    if (!url.endsWith('.ts')) return nextLoad(url, context);
    // Not before: Jest, which loads this file too, maps its stacks itself.
    process.setSourceMapsEnabled(true);
    return { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true };
  },
});

const require = createRequire(import.meta.url);
const root = join(import.meta.dirname, '..');
const cache = join(root, 'node_modules/.cache/docket-typescript');
const settings = readFileSync(join(root, '.swcrc'));

/** Out of the cache where it is there: loading the compiler takes longer than all else that a process does to start. */
function compiled(file) {
  const source = readFileSync(file, 'utf8');
  const digest = createHash('sha256').update(settings).update(file).update(source).digest('hex');
  const kept = join(cache, `${digest}.js`);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const { code } = require('@swc/core').transformFileSync(file, {
      cwd: root,
      sourceMaps: 'inline',
    });
    keep(kept, code);
    return code;
  }
}

/** Whole or not at all: another process may look for it at this moment. */
function keep(file, code) {
  mkdirSync(cache, { recursive: true });
  const unfinished = `${file}-${process.pid}-${threadId}`;
  writeFileSync(unfinished, code);
  renameSync(unfinished, file);
}
