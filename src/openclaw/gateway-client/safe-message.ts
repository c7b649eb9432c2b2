const MAX_LENGTH = 250;

const BREAKS = /[\s\p{Zl}\p{Zp}]+/gu;
/** Control characters, and the marks that hide or reorder text. */
const INVISIBLE = /[\p{Cc}\p{Cf}\p{Cs}]/gu;

/**
 * The gateway's words, fit for a log and an event: one line of at most 250 UTF-16 units, without `secret`. Invisible
 * characters go first, so that none of them can hide the secret from the search.
 */
export function safeMessage(words: string, secret: string): string {
  const line = words.replace(BREAKS, ' ').replace(INVISIBLE, '').trim();
  const safe = line.replaceAll(secret, '[redacted]');
  return safe.length <= MAX_LENGTH ? safe : `${safe.slice(0, MAX_LENGTH - 1).toWellFormed()}…`;
}
