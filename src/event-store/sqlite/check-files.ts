import { existsSync, statSync } from 'node:fs';
import { Damage } from './damage.js';
import { countCommits } from './logged-commits.js';

/**
 * Throws `Damage` where SQLite would leave out, in silence, commits that were acknowledged. A power cut leaves one at most
 * that cannot be read: a commit begins when the one before it is on the disk.
 */
export function checkFiles(file: string): void {
  const isThere = existsSync(file);
  if (isThere && statSync(file).size === 0) throw new Damage('the file is empty');
  const { readable, lost, frames } = countCommits(`${file}-wal`);
  if (!isThere && readable + lost > 0) {
    throw new Damage('the file is gone, but not its write-ahead log');
  }
  if (lost < 2) return;
  throw new Damage(
    `its write-ahead log cannot be read behind frame ${frames}, where ${lost} more commits follow`,
  );
}
