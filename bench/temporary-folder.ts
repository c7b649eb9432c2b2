import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Makes a folder that is gone when this process ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'docket-bench-'));
  removeAtExit(folder);
  return folder;
}

/** Removes the folder when this process ends, also by Ctrl-C. */
export function removeAtExit(folder: string): void {
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  if (process.listenerCount('SIGINT') === 0) process.once('SIGINT', () => process.exit(130));
}
