import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, renameSync, rmSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';

/** File systems without hard links; no other process makes a log there at the very same moment, or so we hope. */
const WITHOUT_LINKS = ['EPERM', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS'];

/**
 * Makes the file with these tables unless it is there. It gets its name once it is complete: whatever a crash leaves under that
 * name is never empty, so an empty file is one that lost everything.
 */
export function createEventLog(file: string, schema: string): void {
  if (existsSync(file)) return;
  const made = `${file}-${randomUUID()}`;
  try {
    const db = new DatabaseSync(made);
    try {
      db.exec(`PRAGMA synchronous = FULL; BEGIN; ${schema} COMMIT;`);
    } finally {
      db.close();
    }
    moveUnlessThere(made, file);
  } finally {
    rmSync(made, { force: true });
  }
}

function moveUnlessThere(made: string, file: string): void {
  try {
    linkSync(made, file);
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (WITHOUT_LINKS.includes(code)) renameSync(made, file);
    else if (code !== 'EEXIST') throw error;
  }
}
