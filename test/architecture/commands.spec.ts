import { glob, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { projectRoot } from '../../src/runtime/project-root.js';

const SOURCES = join(projectRoot, 'src');

/** Every source file without comments, by its path below `src/`. */
let sources: ReadonlyMap<string, string>;

beforeAll(async () => {
  const texts = new Map<string, string>();
  for await (const path of glob('**/*.ts', { cwd: SOURCES })) {
    if (/\.(spec|contract)\.ts$/.test(path)) continue;
    const text = await readFile(join(SOURCES, path), 'utf8');
    texts.set(path, text.replaceAll(/\/\*[^]*?\*\/|^\s*\/\/.*$/gm, ''));
  }
  sources = texts;
});

const found = (pattern: RegExp): readonly string[] =>
  [...sources.values()].flatMap((text) =>
    [...text.matchAll(pattern)].map(([whole, name]) => name ?? whole),
  );

describe('The write side', () => {
  it('has exactly one handler for each command: a second would silently take its place', () => {
    const commands = found(/class (\w+) extends Command</g).toSorted();
    expect(commands.length).toBeGreaterThan(5);
    expect(found(/@CommandHandler\((\w+)\)/g).toSorted()).toEqual(commands);
  });

  it('registers every handler, as a missing one fails only when its command is sent', () => {
    const handlers = found(/@CommandHandler\(\w+\)\s+export class (\w+)/g).toSorted();
    const [, registered = ''] =
      /const HANDLERS = \[([^\]]*)\]/.exec(sources.get('app.module.ts') ?? '') ?? [];
    expect(
      registered
        .split(',')
        .map((name) => name.trim())
        .filter(Boolean)
        .toSorted(),
    ).toEqual(handlers);
  });

  it('sends facts through the event store alone: Nest’s own event bus keeps and tells nothing', () => {
    const shortcuts =
      /\b(EventBus|EventPublisher|AggregateRoot|EventsHandler|Saga|EventEmitter2)\b/g;
    expect(found(shortcuts)).toEqual([]);
  });

  it('casts nothing that comes from outside: every JSON text is parsed by a schema or taken as unknown', () => {
    const casts = [...sources].filter(([, text]) =>
      /JSON\.parse\([^;]*\) as (?!unknown\b)/.test(text),
    );
    expect(casts.map(([path]) => path)).toEqual([]);
  });
});
