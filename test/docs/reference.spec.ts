import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from '@jest/globals';
import { REFERENCE_FILES } from '../../scripts/reference/reference-files.js';
import { projectRoot } from '../../src/runtime/project-root.js';

const FOLDER = join(projectRoot, 'docs', 'reference');

const committed = (name: string): string => readFileSync(join(FOLDER, name), 'utf8');

describe('The reference', () => {
  it.each(Object.entries(REFERENCE_FILES))(
    'says in %s what the code says; otherwise run `npm run docs`',
    async (name, write) => {
      expect(committed(name)).toBe(await write());
    },
  );

  it('has no page that nothing writes', () => {
    expect(readdirSync(FOLDER).toSorted()).toEqual(Object.keys(REFERENCE_FILES).toSorted());
  });

  it('refers in its OpenAPI document to schemas that are in it', () => {
    const text = committed('openapi.json');
    const { components } = JSON.parse(text) as { components: { schemas: object } };
    const named = [...text.matchAll(/"\$ref": "#\/components\/schemas\/([^"]+)"/g)];
    expect(named.length).toBeGreaterThan(0);
    for (const [, name] of named) expect(Object.keys(components.schemas)).toContain(name);
    expect(text.match(/\$ref/g)).toHaveLength(named.length);
  });
});
