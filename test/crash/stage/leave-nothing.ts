import { rmSync } from 'node:fs';

const folders = new Set<string>();

/** Has our process take every folder with it that is still there when it ends, unless it is killed. */
export function leaveNothingBehind(): void {
  process.on('exit', () => {
    for (const folder of folders) rmSync(folder, { recursive: true, force: true, maxRetries: 3 });
  });
  for (const [signal, code] of [
    ['SIGINT', 130],
    ['SIGTERM', 143],
    ['SIGHUP', 129],
  ] as const) {
    process.on(signal, () => process.exit(code));
  }
}

/** The folder goes with our process, unless it is kept. */
export const removeWithUs = (folder: string): void => void folders.add(folder);

/** Whoever made the folder has removed it, or leaves it to people. */
export const keep = (folder: string): void => void folders.delete(folder);
