import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { StoredKey } from '../../../src/identity/api-key.js';
import { writeKeyFile, type Keys } from './identities.js';

/** A data directory that outlives the services started on it. */
export interface DataFolder {
  readonly path: string;
  readonly keysFile: string;
  readonly keys: Keys;
  /** Copies everything as it is now, as a crash at this moment would leave it. */
  copy(): Promise<DataFolder>;
  remove(): Promise<void>;
}

/** Makes a data directory in which everybody has a key, beside others. */
export async function makeDataFolder(others: readonly StoredKey[] = []): Promise<DataFolder> {
  const path = await mkdtemp(join(tmpdir(), 'docket-story-'));
  return dataFolderAt(path, writeKeyFile(keysFileIn(path), others));
}

const keysFileIn = (path: string): string => join(path, 'keys.json');

const dataFolderAt = (path: string, keys: Keys): DataFolder => ({
  path,
  keys,
  keysFile: keysFileIn(path),
  async copy() {
    const target = await mkdtemp(join(tmpdir(), 'docket-story-'));
    await cp(path, target, { recursive: true });
    return dataFolderAt(target, keys);
  },
  remove: () => rm(path, { recursive: true, force: true }),
});
