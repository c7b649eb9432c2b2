import { diffArrays } from 'diff';

/** One stretch of a text that became another. */
export interface TextChange {
  /** Where it stood before, in UTF-16 code units. */
  readonly start: number;
  /** Empty: something was put in. */
  readonly removed: string;
  /** Empty: something was taken out. */
  readonly added: string;
}

/** What looking for changes may still cost, for all texts of a content together. */
export interface Effort {
  /** Comparisons of two words, some nanoseconds each. */
  left: number;
}

/** Words and other signs that are put in or taken out at the most; beyond, nobody reads them one by one. */
const MAX_EDITS = 500;

/** What keeping one way to a certain number of edits costs, in comparisons. */
const STEP = 50;

/** A word, white space, or any other sign by itself. */
const TOKEN = /[\p{L}\p{M}\p{N}_]+|\s+|[^]/gu;

/**
 * What became of a text, word by word and in order; null where that is more than a reader would bear, or than the effort
 * allows: n edits compare each word 2 n times at the most, and keep n²/2 ways to them.
 */
export function textChanges(
  before: string,
  after: string,
  effort: Effort,
): readonly TextChange[] | null {
  const [old, next] = [tokensOf(before), tokensOf(after)];
  const perEdit = 2 * Math.max(old.length, next.length);
  const costOf = (edits: number) => edits * perEdit + (STEP / 2) * edits ** 2;
  const maxEditLength = Math.min(MAX_EDITS, affordable(effort.left, perEdit));
  if (maxEditLength < 1) return null;
  const parts = diffArrays(old, next, { maxEditLength });
  effort.left -= costOf(parts ? editsIn(parts) : maxEditLength);
  return parts ? changesIn(parts) : null;
}

/** The largest number of edits whose cost is not above `left`. */
const affordable = (left: number, perEdit: number): number =>
  Math.floor((Math.sqrt(perEdit ** 2 + 2 * STEP * Math.max(0, left)) - perEdit) / STEP);

/** All between the first and the last difference as one change. */
export function wholeChange(before: string, after: string): TextChange {
  const [old, next] = [tokensOf(before), tokensOf(after)];
  const start = commonLength(old, next);
  const shorter = Math.min(old.length, next.length) - start;
  const end = Math.min(shorter, commonLength(old.toReversed(), next.toReversed()));
  const between = (tokens: readonly string[]) => tokens.slice(start, tokens.length - end).join('');
  return {
    start: old.slice(0, start).join('').length,
    removed: between(old),
    added: between(next),
  };
}

const tokensOf = (text: string): string[] => text.match(TOKEN) ?? [];

function commonLength(old: readonly string[], next: readonly string[]): number {
  const different = old.findIndex((token, index) => token !== next[index]);
  return different === -1 ? old.length : different;
}

type Part = ReturnType<typeof diffArrays<string>>[number];

const editsIn = (parts: readonly Part[]): number =>
  parts.reduce((sum, { added, removed, count }) => sum + (added || removed ? count : 0), 0);

function changesIn(parts: readonly Part[]): readonly TextChange[] {
  const changes: TextChange[] = [];
  let [at, removed, added] = [0, '', ''];
  const close = () => {
    const start = at - removed.length;
    if (removed + added !== '') changes.push({ start, removed, added });
    [removed, added] = ['', ''];
  };
  for (const part of parts) {
    const text = part.value.join('');
    if (!part.added && !part.removed) close();
    if (!part.added) at += text.length;
    if (part.removed) removed += text;
    if (part.added) added += text;
  }
  close();
  return changes;
}
