import { randomUUID } from 'node:crypto';
import {
  chownSync,
  existsSync,
  linkSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { z } from 'zod';
import { ConfigurationError } from '../runtime/configuration.error.js';
import { issueKey, storedKey, type StoredKey } from './api-key.js';
import { lockKeyFile } from './key-file-lock.js';
import { role, type Role } from './principal.js';

const keyFile = z.strictObject({ keys: z.array(storedKey) });

export interface OpenedKeyFile {
  readonly keys: readonly StoredKey[];
  /** Where the plain first keys were written, if this start made them. */
  readonly firstKeysFile: string | null;
}

/**
 * Reads the hashed keys. Where there is no key file yet, one key a role is made: its hash goes into the key file,
 * the plain keys go once into `firstKeysFile` (mode 0600), which is never read again. Of several processes that start at
 * once the first one makes the keys.
 */
export function openKeyFile(file: string, firstKeysFile: string): OpenedKeyFile {
  if (existsSync(file)) return { keys: readKeyFile(file), firstKeysFile: null };
  const release = onFile(file, () => lockKeyFile(file));
  try {
    return existsSync(file)
      ? { keys: readKeyFile(file), firstKeysFile: null }
      : makeKeyFile(file, firstKeysFile);
  } finally {
    release();
  }
}

function makeKeyFile(file: string, firstKeysFile: string): OpenedKeyFile {
  const issued = role.options.map((name) => [name, issueFirst(name)] as const);
  const keys = issued.map(([, { stored }]) => stored);
  const plain = Object.fromEntries(issued.map(([name, key]) => [name, key.plain]));
  onFile(firstKeysFile, () => {
    // One that was left behind would keep its mode.
    rmSync(firstKeysFile, { force: true });
    writeSecret(firstKeysFile, plain);
  });
  onFile(file, () => publish(file, { keys }));
  return { keys, firstKeysFile };
}

/** Throws `ConfigurationError` with one line that shows nothing of what stands in the file. */
export function readKeyFile(file: string): readonly StoredKey[] {
  try {
    return keyFile.parse(JSON.parse(readFileSync(file, 'utf8'))).keys;
  } catch (error) {
    const why = whyUnreadable(error).replaceAll(/\s+/g, ' ');
    throw new ConfigurationError(`DOCKET_KEYS_FILE ${file} cannot be read: ${why}`);
  }
}

/**
 * Replaces the keys by what `change` makes of them, or makes a file of them where there is none. Readers see the file
 * as it was before or after, and of several processes each changes what the one before it wrote. Throws
 * `ConfigurationError`, and what `change` throws with the file as it was.
 */
export function changeKeyFile(
  file: string,
  change: (keys: readonly StoredKey[]) => readonly StoredKey[],
): void {
  const release = onFile(file, () => lockKeyFile(file));
  try {
    if (!existsSync(file)) {
      const made = keyFile.parse({ keys: change([]) });
      return onFile(file, () => publish(file, made));
    }
    // Nothing is written that could not be read again.
    const changed = keyFile.parse({ keys: change(readKeyFile(file)) });
    onFile(file, () => replace(file, changed));
  } finally {
    release();
  }
}

const issueFirst = (name: Role) => issueKey({ id: name, roles: [name], groups: [] });

/** Makes the file appear whole; fails where there is one. */
function publish(file: string, content: unknown): void {
  const draft = `${file}.${randomUUID()}`;
  try {
    writeSecret(draft, content);
    linkSync(draft, file);
  } finally {
    rmSync(draft, { force: true });
  }
}

/** Makes the new file appear whole in the place of the old one. It stays its owner's: an administrator may be another user. */
function replace(file: string, content: unknown): void {
  const target = realpathSync(file);
  const draft = `${target}.${randomUUID()}`;
  try {
    writeSecret(draft, content);
    const { uid, gid } = statSync(target);
    if (statSync(draft).uid !== uid) chownSync(draft, uid, gid);
    renameSync(draft, target);
  } finally {
    rmSync(draft, { force: true });
  }
}

const writeSecret = (file: string, content: unknown): void =>
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600, flush: true });

function onFile<T>(file: string, act: () => T): T {
  try {
    return act();
  } catch (error) {
    if (error instanceof ConfigurationError) throw error;
    const { code = 'unknown error' } = error as NodeJS.ErrnoException;
    throw new ConfigurationError(`DOCKET_KEYS_FILE: ${file} cannot be written (${code})`);
  }
}

/** The words of a syntax error would quote what stands there. */
function whyUnreadable(error: unknown): string {
  if (error instanceof z.ZodError) return z.prettifyError(error);
  if (error instanceof SyntaxError) return 'it is no JSON';
  const { code } = error as NodeJS.ErrnoException;
  return code === 'ENOENT'
    ? 'there is no such file; `docket serve` and `docket keys create` make one'
    : String(error);
}
