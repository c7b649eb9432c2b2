import { RE2JS } from 're2js';
import { buildLexicon } from './lexicon.js';
import type { Group, Lexicon } from './lexicon.js';
import type { MatcherEntry, PolicyFile, RuleEntry } from './policy-file.schema.js';
import type { PolicySource } from './policy-source.js';
import { parseTerm } from './term.js';

/** What a rule looks for, with its terms as groups of the lexicon. */
export type Matcher =
  | { readonly kind: 'words'; readonly groups: readonly [Group] }
  | { readonly kind: 'sequence'; readonly groups: readonly Group[]; readonly gap: number }
  | { readonly kind: 'near'; readonly groups: readonly Group[]; readonly within: number };

/** A rule's matcher; `rule` is the rule's place in the file. */
interface RuleMatcher {
  readonly rule: number;
  readonly matcher: Matcher;
}

interface RulePattern {
  readonly rule: number;
  readonly pattern: RE2JS;
}

/** The text rules of a policy, ready to run. */
export interface CompiledRules {
  readonly lexicon: Lexicon;
  /** By the last of their groups: only groups that occur in a text have their matchers run. */
  readonly matchers: ReadonlyMap<Group, readonly RuleMatcher[]>;
  readonly patterns: readonly RulePattern[];
  /** By the rule's place in the file. */
  readonly unless: readonly (Group | null)[];
}

const DEFAULT_GAP = 4;
const DEFAULT_WITHIN = 8;

/** Compiles the rules of a checked policy file; throws `PolicyInvalid` (`wrong-rule`) at the first that cannot be. */
export function compileRules({ classes, rules }: PolicyFile, source: PolicySource): CompiledRules {
  const groups = new Groups(classes, source);
  const matchers = new Map<Group, RuleMatcher[]>();
  const patterns: RulePattern[] = [];
  const unless: (Group | null)[] = [];
  for (const [rule, entry] of rules.entries()) {
    for (const [index, wanted] of entry.match.entries()) {
      const path = ['rules', rule, 'match', index];
      if (wanted.pattern !== undefined) {
        patterns.push({
          rule,
          pattern: compilePattern(wanted.pattern, source, [...path, 'pattern']),
        });
      } else addMatcher(matchers, rule, compileMatcher(wanted, groups, path));
    }
    unless.push(compileUnless(entry, groups, rule));
  }
  return { lexicon: buildLexicon(groups.terms), matchers, patterns, unless };
}

function addMatcher(matchers: Map<Group, RuleMatcher[]>, rule: number, matcher: Matcher): void {
  const last = matcher.groups.at(-1) ?? 0;
  const list = matchers.get(last);
  if (list === undefined) matchers.set(last, [{ rule, matcher }]);
  else list.push({ rule, matcher });
}

function compileUnless(entry: RuleEntry, groups: Groups, rule: number): Group | null {
  return entry.unless === undefined ? null : groups.of(entry.unless, ['rules', rule, 'unless']);
}

type Path = readonly PropertyKey[];

function compileMatcher(entry: MatcherEntry, groups: Groups, path: Path): Matcher {
  const each = (key: 'sequence' | 'near') =>
    (entry[key] ?? []).map((terms, index) => groups.of(terms, [...path, key, index]));
  if (entry.sequence !== undefined) {
    return { kind: 'sequence', groups: each('sequence'), gap: entry.gap ?? DEFAULT_GAP };
  }
  if (entry.near !== undefined) {
    return { kind: 'near', groups: each('near'), within: entry.within ?? DEFAULT_WITHIN };
  }
  return { kind: 'words', groups: [groups.of(entry.words ?? [], [...path, 'words'])] };
}

/** RE2 has no backreferences and no backtracking: its time is linear in the text. */
function compilePattern(pattern: string, source: PolicySource, path: Path): RE2JS {
  try {
    const compiled = RE2JS.compile(pattern);
    if (!compiled.matcher('').find()) return compiled;
  } catch (error) {
    const problem = error instanceof Error ? error.message : String(error);
    throw source.invalid('wrong-rule', path, `the pattern is no RE2 expression: ${problem}`);
  }
  throw source.invalid(
    'wrong-rule',
    path,
    'the pattern matches the empty text; make it ask for something',
  );
}

/** Numbers the lists of terms, each list once. */
class Groups {
  readonly terms: (readonly string[])[] = [];
  private readonly known = new Map<string, Group>();

  constructor(
    private readonly classes: PolicyFile['classes'],
    private readonly source: PolicySource,
  ) {
    for (const name of Object.keys(classes)) this.of([`$${name}`], ['classes', name]);
  }

  of(list: readonly string[], path: Path): Group {
    const key = JSON.stringify(list);
    const known = this.known.get(key);
    if (known !== undefined) return known;
    const group = this.terms.push(list.flatMap((term) => this.resolve(term, path, []))) - 1;
    this.known.set(key, group);
    return group;
  }

  /** The terms behind a `$class`, which may name other classes; any other term is itself. */
  private resolve(term: string, path: Path, through: readonly string[]): readonly string[] {
    if (!term.startsWith('$')) return [this.checked(term, path)];
    const name = term.slice(1);
    const members = this.classes[name];
    if (members === undefined) {
      throw this.source.invalid(
        'wrong-rule',
        path,
        `there is no class "${name}"; define it under classes`,
      );
    }
    if (through.includes(name)) {
      throw this.source.invalid(
        'wrong-rule',
        ['classes', name],
        `the class "${name}" contains itself`,
      );
    }
    return members.flatMap((member, index) =>
      this.resolve(member, ['classes', name, index], [...through, name]),
    );
  }

  private checked(term: string, path: Path): string {
    try {
      parseTerm(term);
      return term;
    } catch (error) {
      const problem = error instanceof Error ? error.message : String(error);
      throw this.source.invalid('wrong-rule', path, `the term cannot be read: ${problem}`);
    }
  }
}
