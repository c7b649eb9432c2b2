import { readFileSync } from 'node:fs';
import { z } from 'zod';
import type { DataFolder } from '../../support/docket/data-folder.js';
import { STUB_TOKEN } from '../../support/openclaw-stub.js';
import { CANARY } from '../plan/any-credentials.js';

const keyFile = z.object({
  keys: z.array(z.object({ salt: z.string(), hash: z.string() })),
});

/** Everything the service knows and nobody may read, and what callers send as a key by mistake. */
export function secretsOf({ keys, keysFile, path }: DataFolder): readonly string[] {
  const stored = keyFile.parse(JSON.parse(readFileSync(keysFile, 'utf8'))).keys;
  return [
    ...Object.values(keys).map((key) => key.slice(-43)),
    ...stored.flatMap(({ salt, hash }) => [salt, hash]),
    STUB_TOKEN,
    CANARY,
    path,
  ];
}

/** Whether any of them stands in the text. */
export const holdsSecret = (text: string, secrets: readonly string[]): boolean =>
  secrets.some((secret) => text.includes(secret));
