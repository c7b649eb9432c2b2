const LONGEST = 4_000;

/** A value as JSON in printable ASCII, with the middle of what is long left out. */
export function printable(value: unknown): string {
  const text = JSON.stringify(value).replaceAll(
    /[^ -~]/g,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
  if (text.length <= LONGEST) return text;
  return `${text.slice(0, LONGEST / 2)}… ${text.length} characters …${text.slice(-LONGEST / 2)}`;
}
