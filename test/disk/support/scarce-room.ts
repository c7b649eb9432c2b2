import { execFileSync, spawnSync } from 'node:child_process';
import {
  closeSync,
  mkdtempSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  truncateSync,
  writeSync,
} from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A place for a service's files in which room can be taken away and given back while it runs. */
export interface ScarceRoom {
  readonly directory: string;
  /** Leaves room for about so many more bytes. */
  take(pid: number, bytes: number): void;
  giveBack(pid: number): void;
  remove(): void;
}

/** A file system of its own, which is really full; needs the right to mount. */
export function smallFileSystem(): ScarceRoom {
  const place = mkdtempSync(join(tmpdir(), 'docket-full-'));
  execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=64m', 'tmpfs', place]);
  const filler = join(place, 'filler');
  return {
    directory: join(place, 'data'),
    take(_pid, bytes) {
      fill(filler);
      truncateSync(filler, statSync(filler).size - bytes);
    },
    giveBack: () => rmSync(filler),
    remove() {
      execFileSync('umount', ['-l', place]);
      rmSync(place, { recursive: true });
    },
  };
}

/** Lets a file grow until there is no room for more; the service beside it may take some as well. */
function fill(file: string): void {
  const handle = openSync(file, 'w');
  try {
    for (;;) writeSync(handle, Buffer.alloc(65_536));
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
  } finally {
    closeSync(handle);
  }
}

/** A limit on the size of every file that the process writes (`RLIMIT_FSIZE`), a little above that of its largest. */
function limitedFiles(): ScarceRoom {
  const place = mkdtempSync(join(tmpdir(), 'docket-limited-'));
  const directory = join(place, 'data');
  const limit = (pid: number, size: string) =>
    execFileSync('prlimit', ['--pid', String(pid), `--fsize=${size}:`]);
  return {
    directory,
    take(pid, bytes) {
      const sizes = readdirSync(directory).map((name) => statSync(join(directory, name)).size);
      limit(pid, String(Math.max(...sizes) + bytes));
    },
    giveBack: (pid) => limit(pid, 'unlimited'),
    remove: () => rmSync(place, { recursive: true }),
  };
}

const succeeds = (command: string, args: readonly string[]): boolean =>
  spawnSync(command, args, { stdio: 'ignore' }).status === 0;

export const canMount = ((): boolean => {
  const place = mkdtempSync(join(tmpdir(), 'docket-mount-'));
  const isMounted = succeeds('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', place]);
  if (isMounted) execFileSync('umount', [place]);
  rmSync(place, { recursive: true });
  return isMounted;
})();

/** Every way to run out of room that this machine has, with the code that an append is refused with. */
export const SCARCE_ROOMS: readonly (readonly [string, string, () => Promise<ScarceRoom>])[] = [
  ...(canMount
    ? [['a full file system', 'store-unavailable', made(smallFileSystem)] as const]
    : []),
  ...(succeeds('prlimit', ['--version'])
    ? [['files at their size limit', 'store-outcome-unknown', made(limitedFiles)] as const]
    : []),
];

function made(make: () => ScarceRoom): () => Promise<ScarceRoom> {
  return async () => {
    const room = make();
    await mkdir(room.directory, { recursive: true });
    return room;
  };
}
