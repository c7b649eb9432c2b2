import type { CompiledRules, Matcher } from './compile-rules.js';
import { findTerms } from './find-terms.js';
import type { Occurrence, Occurrences } from './find-terms.js';
import { foldText } from './fold-text.js';
import type { FoldedText } from './fold-text.js';
import { matchNear, matchSequence } from './match-terms.js';
import { tokenise } from './tokenise.js';
import type { Token } from './tokenise.js';

/** A place in the text that a rule matched; offsets into the original, in UTF-16 code units. */
export interface RuleMatch {
  readonly rule: number;
  readonly start: number;
  readonly end: number;
}

/** More matches of one rule say nothing new. */
const MATCHES_PER_RULE = 3;

/** How many words before a match its rule's `unless` is looked for. */
const UNLESS_BEFORE = 6;

/** Runs every text rule over the text, in time linear in its length. */
export function findMatches(rules: CompiledRules, original: string): RuleMatch[] {
  const folded = foldText(original);
  const tokens = tokenise(folded);
  const occurrences = findTerms(rules.lexicon, folded.text, tokens);
  const found = new Matches(folded);
  for (const group of occurrences.keys()) {
    for (const { rule, matcher } of rules.matchers.get(group) ?? []) {
      const exceptions = exceptionsOf(rules, rule, occurrences);
      for (const place of placesOf(matcher, occurrences, tokens)) {
        if (found.isFull(rule)) break;
        if (exceptions === undefined || !isExcepted(place, exceptions))
          found.add(rule, tokens, place);
      }
    }
  }
  for (const { rule, pattern } of rules.patterns) {
    const matcher = pattern.matcher(folded.text);
    while (!found.isFull(rule) && matcher.find())
      found.addUnits(rule, matcher.start(), matcher.end());
  }
  return found.list;
}

function placesOf(
  matcher: Matcher,
  occurrences: Occurrences,
  tokens: readonly Token[],
): readonly Occurrence[] {
  const lists: (readonly Occurrence[])[] = [];
  for (const group of matcher.groups) {
    const list = occurrences.get(group);
    if (list === undefined) return [];
    lists.push(list);
  }
  if (matcher.kind === 'sequence') return matchSequence(lists, matcher.gap, tokens);
  return matcher.kind === 'near' ? matchNear(lists, matcher.within, tokens) : (lists[0] ?? []);
}

function exceptionsOf(
  { unless }: CompiledRules,
  rule: number,
  occurrences: Occurrences,
): readonly Occurrence[] | undefined {
  const group = unless[rule];
  return group === null || group === undefined ? undefined : occurrences.get(group);
}

/** Whether an exception begins in the place or shortly before it; the exceptions are in the order of the text. */
function isExcepted(place: Occurrence, exceptions: readonly Occurrence[]): boolean {
  let low = 0;
  let high = exceptions.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((exceptions[middle]?.start ?? 0) < place.start - UNLESS_BEFORE) low = middle + 1;
    else high = middle;
  }
  const next = exceptions[low];
  return next !== undefined && next.start < place.end;
}

class Matches {
  readonly list: RuleMatch[] = [];
  private readonly counts = new Map<number, number>();

  constructor(private readonly folded: FoldedText) {}

  isFull(rule: number): boolean {
    return (this.counts.get(rule) ?? 0) >= MATCHES_PER_RULE;
  }

  add(rule: number, tokens: readonly Token[], place: Occurrence): void {
    const first = tokens[place.start];
    const last = tokens[place.end - 1];
    if (first !== undefined && last !== undefined) this.addUnits(rule, first.start, last.end);
  }

  /** The hidden part of a text stands behind the visible one, so what was folded later may have been written earlier. */
  addUnits(rule: number, start: number, end: number): void {
    const { folded } = this;
    const match = {
      rule,
      start: Math.min(folded.originalStart(start), folded.originalStart(end - 1)),
      end: Math.max(folded.originalEnd(start), folded.originalEnd(end - 1)),
    };
    if (this.has(match)) return;
    this.counts.set(rule, (this.counts.get(rule) ?? 0) + 1);
    this.list.push(match);
  }

  /** Several matchers of one rule may find the same words. */
  private has({ rule, start, end }: RuleMatch): boolean {
    return this.list.some((m) => m.rule === rule && m.start === start && m.end === end);
  }
}
