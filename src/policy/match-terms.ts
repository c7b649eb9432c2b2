import type { Occurrence } from './find-terms.js';
import type { Token } from './tokenise.js';

/** Words between the end of one occurrence and the start of a later one. */
function gapBetween(tokens: readonly Token[], before: Occurrence, after: Occurrence): number {
  return position(tokens, after.start) - position(tokens, before.end - 1) - 1;
}

function position(tokens: readonly Token[], index: number): number {
  return tokens[index]?.position ?? -1;
}

/**
 * Matches one occurrence of each list, in order, with at most `gap` words between two of them; for every occurrence of
 * the last list the nearest match before it. Time is linear in the number of occurrences.
 */
export function matchSequence(
  lists: readonly (readonly Occurrence[])[],
  gap: number,
  tokens: readonly Token[],
): readonly Occurrence[] {
  const [first = [], ...rest] = lists;
  return rest.reduce<readonly Occurrence[]>(
    (matched, list) => extend(matched, list, gap, tokens),
    first,
  );
}

function extend(
  matched: readonly Occurrence[],
  list: readonly Occurrence[],
  gap: number,
  tokens: readonly Token[],
): readonly Occurrence[] {
  const byEnd = matched.toSorted((a, b) => a.end - b.end);
  const extended: Occurrence[] = [];
  let last = -1;
  for (const occurrence of list) {
    while (endsBefore(byEnd[last + 1], occurrence)) last++;
    const before = byEnd[last];
    if (before === undefined || gapBetween(tokens, before, occurrence) > gap) continue;
    extended.push({ start: before.start, end: occurrence.end });
  }
  return extended;
}

function endsBefore(before: Occurrence | undefined, after: Occurrence): boolean {
  return before !== undefined && before.end <= after.start;
}

/**
 * Matches one occurrence of each list, in any order, all within `within` words; time is linear in the number of
 * occurrences times the number of lists.
 */
export function matchNear(
  lists: readonly (readonly Occurrence[])[],
  within: number,
  tokens: readonly Token[],
): readonly Occurrence[] {
  const latest: (Occurrence | undefined)[] = lists.map(() => undefined);
  const matched: Occurrence[] = [];
  for (const { list, occurrence } of inTextOrder(lists)) {
    latest[list] = occurrence;
    const match = spanOf(latest);
    if (match !== null && widthOf(match, tokens) <= within) matched.push(match);
  }
  return matched;
}

function inTextOrder(
  lists: readonly (readonly Occurrence[])[],
): { list: number; occurrence: Occurrence }[] {
  const all = lists.flatMap((occurrences, list) =>
    occurrences.map((occurrence) => ({ list, occurrence })),
  );
  return all.toSorted((a, b) => a.occurrence.start - b.occurrence.start);
}

/** From the first to the last of them; null when one is missing or two share a word. */
function spanOf(occurrences: readonly (Occurrence | undefined)[]): Occurrence | null {
  const present = occurrences.filter((occurrence) => occurrence !== undefined);
  if (present.length < occurrences.length) return null;
  const ordered = present.toSorted((a, b) => a.start - b.start);
  const overlap = ordered.some((after, index) => (ordered[index - 1]?.end ?? 0) > after.start);
  const first = ordered[0];
  if (first === undefined || overlap) return null;
  return { start: first.start, end: Math.max(...ordered.map(({ end }) => end)) };
}

function widthOf({ start, end }: Occurrence, tokens: readonly Token[]): number {
  return position(tokens, end - 1) - position(tokens, start) + 1;
}
