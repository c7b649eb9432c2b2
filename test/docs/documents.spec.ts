import { existsSync, globSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { projectRoot } from '../../src/runtime/project-root.js';

const DOCUMENTS = globSync(['*.md', 'docs/**/*.md'], { cwd: projectRoot }).toSorted();

const textOf = (document: string): string => readFileSync(join(projectRoot, document), 'utf8');

/** What stands in parentheses behind a text in brackets, as far as it is a file of this project. */
const linksOf = (document: string): string[] =>
  [...textOf(document).matchAll(/\]\((?!https?:|mailto:)([^)#\s]*)(#[^)\s]*)?\)/g)].map(
    ([, target = '']) => target,
  );

const SOURCE = /(?<![\w/.-])(?:src|test|bench|scripts|policies|openclaw|deploy|docs)\/[\w./-]*\w/g;

/** Files and folders named as code, from the project's folder on. */
const namedFiles = (document: string): string[] =>
  [...textOf(document).matchAll(/`([^`\n]+)`/g)].flatMap(
    ([, code = '']) => code.match(SOURCE) ?? [],
  );

const missing = (document: string, targets: readonly string[], from: string): string[] =>
  targets
    .filter((target) => target !== '' && !existsSync(join(projectRoot, from, target)))
    .map((target) => `${document}: ${target}`);

describe('The documents', () => {
  it('are there', () => {
    expect(DOCUMENTS).toEqual(
      expect.arrayContaining(['README.md', 'CONTRIBUTING.md', join('docs', 'architecture.md')]),
    );
  });

  it.each(DOCUMENTS)('link in %s only to files that exist', (document) => {
    expect(missing(document, linksOf(document), dirname(document))).toEqual([]);
  });

  it.each(DOCUMENTS)('name in %s only files that exist', (document) => {
    expect(missing(document, namedFiles(document), '.')).toEqual([]);
  });

  it.each(DOCUMENTS)('name in %s only npm scripts that exist', (document) => {
    const { scripts } = JSON.parse(textOf('package.json')) as { scripts: Record<string, string> };
    const named = [...textOf(document).matchAll(/\bnpm run (?:--silent )?([a-z][a-z:-]*)/g)];
    expect(named.filter(([, name = '']) => !(name in scripts))).toEqual([]);
  });
});
