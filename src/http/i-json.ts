/**
 * Whether a parsed JSON value means the same to everybody (I-JSON, RFC 7493): well-formed Unicode, and no integer
 * beyond 2^53 - 1, which a parser has already rounded. Only for values of bounded depth.
 */
export function isIJson(value: unknown): boolean {
  if (typeof value === 'string') return value.isWellFormed();
  if (typeof value === 'number') return !Number.isInteger(value) || Number.isSafeInteger(value);
  if (typeof value !== 'object' || value === null) return true;
  return Object.entries(value).every(([key, member]) => key.isWellFormed() && isIJson(member));
}
