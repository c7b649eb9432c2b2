import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parsePolicy } from './parse-policy.js';
import { PolicyInvalid } from './policy-invalid.js';
import type { Policy } from './policy.js';

/** The one file of a policy's directory. */
const POLICY_FILE = 'policy.yaml';

/** A larger file is a mistake. */
const LARGEST_FILE = 1_048_576;

/** Loads the policy of a directory. Throws `PolicyInvalid` with one line that says where, what and how to mend it. */
export async function loadPolicy(directory: string): Promise<Policy> {
  const file = join(directory, POLICY_FILE);
  return parsePolicy(file, await readPolicyFile(file));
}

async function readPolicyFile(file: string): Promise<Buffer> {
  const bytes = await readFile(file).catch((error: NodeJS.ErrnoException) => {
    const problem =
      error.code === 'ENOENT' ? 'there is no such file' : `it cannot be read (${error.code})`;
    const remedy = `put a ${POLICY_FILE} there or name another policy directory`;
    throw new PolicyInvalid('unreadable', `${file}: ${problem}; ${remedy}`, { cause: error });
  });
  if (bytes.length <= LARGEST_FILE) return bytes;
  throw new PolicyInvalid('unreadable', `${file}: it is larger than 1 MiB; split the policy`);
}
