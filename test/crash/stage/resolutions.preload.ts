/**
 * Runs before the program: remembers in `CRASH_RESOLUTIONS` what each import resolved to. Looking for some thousand files
 * is a third of a start, and every round starts the same program.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import { registerHooks, type ResolveFnOutput } from 'node:module';
import { isMainThread } from 'node:worker_threads';

const file = process.env['CRASH_RESOLUTIONS'] ?? '';
const known = readKnown();
const learned = new Map<string, ResolveFnOutput>();

registerHooks({
  resolve(specifier, { conditions, parentURL }, next) {
    const way = conditions.includes('require') ? 'require' : 'import';
    const key = `${way} ${specifier} ${parentURL}`;
    const resolved = known?.get(key) ?? next(specifier);
    if (!known) learned.set(key, { ...resolved, shortCircuit: true });
    return resolved;
  },
});

// The first process, which nobody kills, writes it for all others.
if (!known && isMainThread) {
  process.on('exit', () => writeFileSync(file, JSON.stringify([...learned])));
}

function readKnown(): ReadonlyMap<string, ResolveFnOutput> | null {
  try {
    return new Map(JSON.parse(readFileSync(file, 'utf8')) as [string, ResolveFnOutput][]);
  } catch {
    return null;
  }
}
