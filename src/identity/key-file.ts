import { randomUUID } from 'node:crypto';
import { existsSync, linkSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { z } from 'zod';
import { ConfigurationError } from '../runtime/configuration.error.js';
import { issueKey, storedKey, type StoredKey } from './api-key.js';
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
  if (existsSync(file)) return { keys: readKeys(file), firstKeysFile: null };
  const issued = role.options.map((name) => [name, issueFirst(name)] as const);
  const keys = issued.map(([, { stored }]) => stored);
  const plain = Object.fromEntries(issued.map(([name, key]) => [name, key.plain]));
  writeSecret(firstKeysFile, plain);
  if (publish(file, { keys })) return { keys, firstKeysFile };
  rmSync(firstKeysFile);
  return { keys: readKeys(file), firstKeysFile: null };
}

/** Makes the file appear whole, unless there is one; answers whether it did. */
function publish(file: string, content: unknown): boolean {
  const draft = `${file}.${randomUUID()}`;
  writeSecret(draft, content);
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw unwritable(file, error);
  } finally {
    rmSync(draft);
  }
}

const issueFirst = (name: Role) => issueKey({ id: name, roles: [name], groups: [] });

function readKeys(file: string): readonly StoredKey[] {
  try {
    return keyFile.parse(JSON.parse(readFileSync(file, 'utf8'))).keys;
  } catch (error) {
    const why = error instanceof z.ZodError ? z.prettifyError(error) : String(error);
    throw new ConfigurationError(
      `DOCKET_KEYS_FILE ${file} cannot be read: ${why.replaceAll(/\s+/g, ' ')}`,
    );
  }
}

function writeSecret(file: string, content: unknown): void {
  try {
    writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 });
  } catch (error) {
    throw unwritable(file, error);
  }
}

function unwritable(file: string, error: unknown): ConfigurationError {
  const { code = 'unknown error' } = error as NodeJS.ErrnoException;
  return new ConfigurationError(`DOCKET_KEYS_FILE: ${file} cannot be written (${code})`);
}
