import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs';
import { createRequire, registerHooks } from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** Lets threads that a spec starts load the sources as they are: Jest compiles only what it loads itself. */
registerHooks({
  resolve(specifier, context, nextResolve) {
    const isSource = specifier.startsWith('.') && context.parentURL?.endsWith('.ts');
    return nextResolve(isSource ? specifier.replace(/\.js$/, '.ts') : specifier, context);
  },
  load(url, context, nextLoad) {
    if (!url.endsWith('.ts')) return nextLoad(url, context);
    return { format: 'module', source: compiled(fileURLToPath(url)), shortCircuit: true };
  },
});

const require = createRequire(import.meta.url);
const cache = join(import.meta.dirname, '../../node_modules/.cache/docket-threads');

/** Out of the cache where it is there: loading the compiler takes longer than all else that a thread does to start. */
function compiled(file) {
  const source = readFileSync(file, 'utf8');
  const kept = join(cache, `${createHash('sha256').update(file).update(source).digest('hex')}.js`);
  try {
    return readFileSync(kept, 'utf8');
  } catch {
    const { code } = require('@swc/core').transformFileSync(file);
    keep(kept, code);
    return code;
  }
}

/** Whole or not at all: another process may look for it at this moment. */
function keep(file, code) {
  mkdirSync(cache, { recursive: true });
  const unfinished = `${file}-${process.pid}`;
  writeFileSync(unfinished, code);
  renameSync(unfinished, file);
}
