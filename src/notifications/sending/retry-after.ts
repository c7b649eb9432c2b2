/** Statuses whose `Retry-After` is about the receiver as a whole. */
const BUSY = [429, 503];

/** Milliseconds that a busy receiver asks for, in seconds or as a date; null where it does not. */
export function retryAfter(
  status: number,
  header: string | string[] | undefined,
  now: Date,
): number | null {
  if (!BUSY.includes(status) || typeof header !== 'string') return null;
  if (/^[0-9]{1,9}$/.test(header)) return Number(header) * 1_000;
  const asked = Date.parse(header) - now.getTime();
  return asked > 0 ? asked : null;
}
