import { z } from 'zod';

/** The `$tb` of a stream that was deleted and can be written to again. */
export const DELETED = 2n ** 63n - 1n;

const names = z.union([z.string().transform((name) => [name]), z.array(z.string())]);
const metadata = z.object({
  $tb: z.number().optional(),
  $acl: z.object({ $r: names.optional(), $w: names.optional(), $d: names.optional() }).optional(),
});

/** Who may read, write and delete a stream; missing where its access list says nothing. */
export interface AccessList {
  readonly read?: readonly string[] | undefined;
  readonly write?: readonly string[] | undefined;
  readonly delete?: readonly string[] | undefined;
}

/** What the metadata of a stream says about it. */
export interface StreamSettings {
  /** The first revision that can be read. */
  readonly truncateBefore: bigint;
  readonly access: AccessList;
}

export const defaultSettings: StreamSettings = { truncateBefore: 0n, access: {} };

/** The settings in the last record of a metastream; the server ignores metadata that it does not understand. */
export function settingsOf(data: Uint8Array): StreamSettings {
  const parsed = metadata.safeParse(jsonOf(data));
  if (!parsed.success) return defaultSettings;
  const { $tb = 0, $acl = {} } = parsed.data;
  return {
    // Read as a number, the largest value comes out one too large.
    truncateBefore: $tb > Number.MAX_SAFE_INTEGER ? DELETED : BigInt(Math.trunc($tb)),
    access: { read: $acl.$r, write: $acl.$w, delete: $acl.$d },
  };
}

function jsonOf(data: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(data).toString('utf8'));
  } catch {
    return undefined;
  }
}
