import { describe, expect, it } from '@jest/globals';
import { z } from 'zod';
import { projectFile } from './project-file.js';

const names = z.record(z.string(), z.string()).default({});
const lockFile = z.object({
  packages: z.record(z.string(), z.looseObject({ optionalDependencies: names })),
});

/** The places where Node.js looks for a package that `from` needs, nearest first. */
function placesOf(name: string, from: string): string[] {
  const parents = from.split('/node_modules/').map((_, at, all) => all.slice(0, at + 1));
  const folders = parents.map((parts) => `${parts.join('/node_modules/')}/`).toReversed();
  return [...folders, ''].map((folder) => `${folder}node_modules/${name}`);
}

describe.each([
  'package-lock.json',
  'openclaw/package-lock.json',
  'test/support/postgresql/package/package-lock.json',
])('%s', (path) => {
  const { packages } = lockFile.parse(JSON.parse(projectFile(path)));

  it('names what every system needs: `npm ci` refuses a lock file without other platforms', () => {
    const missing = Object.entries(packages).flatMap(([from, { optionalDependencies }]) =>
      Object.keys(optionalDependencies).filter(
        (name) => !placesOf(name, from).some((place) => place in packages),
      ),
    );
    expect(missing).toEqual([]);
  });
});
