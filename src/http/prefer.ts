import { z } from 'zod';

const DEFAULT_WAIT = 30;
const MAX_WAIT = 600;

/** What a caller asked of the answer in `Prefer` (RFC 7240); preferences that cannot be read are ignored, as it says. */
export interface Preference {
  /** Milliseconds to wait for the request to rest. */
  readonly wait: number;
  /** What was honoured, for `Preference-Applied`; `null` when nothing was asked. */
  readonly applied: string | null;
}

/** `respond-async` answers at once, `wait=<s>` waits that long (600 at most), otherwise 30 seconds. */
export function parsePrefer(header: string | undefined): Preference {
  const preferences = (header ?? '').split(',').map((text) => text.trim().toLowerCase());
  const seconds = preferences.map((text) => /^wait="?(\d{1,6})"?$/.exec(text)?.[1]).find(Boolean);
  if (seconds !== undefined) {
    const wait = Math.min(Number(seconds), MAX_WAIT);
    return { wait: wait * 1000, applied: `wait=${wait}` };
  }
  if (preferences.includes('respond-async')) return { wait: 0, applied: 'respond-async' };
  return { wait: DEFAULT_WAIT * 1000, applied: null };
}

/** The one header of calls that know nothing but preferences. */
export const preferHeaders = z.object({ prefer: z.string().optional() });
export type PreferHeaders = z.infer<typeof preferHeaders>;
