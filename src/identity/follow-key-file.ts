import { stat } from 'node:fs/promises';
import type { Logger } from 'pino';
import { readKeyFile } from './key-file.js';
import type { KeyRing } from './key-ring.js';

/** Milliseconds between two looks. They work on every file system, which notifications do not. */
const LOOK_EVERY = 1_000;

/**
 * Gives the ring the keys of the file whenever it changes, until what it returns is called. Of a file that is gone or
 * cannot be read the last good keys stay valid, and an error is logged.
 */
export function followKeyFile(file: string, keys: KeyRing, log: Logger): () => void {
  let seen: string | null = null;
  const look = async () => {
    const stamp = await stampOf(file);
    if (stamp === seen) return;
    // The first time too, as the file may have changed since the start read it.
    const read = readInto(keys, file, log);
    if (seen !== null && read) log.info('the API keys were read anew');
    seen = stamp;
  };
  const timer = setInterval(() => void look(), LOOK_EVERY);
  return () => clearInterval(timer);
}

function readInto(keys: KeyRing, file: string, log: Logger): boolean {
  try {
    keys.replace(readKeyFile(file));
    return true;
  } catch (error) {
    log.error({ err: error }, 'the API keys stay as they were');
    return false;
  }
}

/** Another text whenever the file is another one. */
async function stampOf(file: string): Promise<string> {
  try {
    const { ino, mtimeNs, ctimeNs, size } = await stat(file, { bigint: true });
    return [ino, mtimeNs, ctimeNs, size].join();
  } catch (error) {
    return String((error as NodeJS.ErrnoException).code);
  }
}
