import { SHORTEST_PREFIX, parseTerm } from './term.js';
import type { Builtin, TermWord } from './term.js';

/** A list of terms that mean the same to a rule: a class of the policy, or the alternatives at one place of a rule. */
export type Group = number;

/** A step on the way through the words of a term. */
export interface TermNode {
  readonly groups: Group[];
  readonly next: Map<number, TermNode>;
}

/** Every word of a policy, by its form; looked up once for each word of a text. */
export interface Lexicon {
  readonly root: TermNode;
  readonly builtins: ReadonlyMap<Builtin, number>;
  /** The numbers of the policy's words that `form` is a form of. */
  lookUp(form: string): readonly number[] | undefined;
}

interface Words {
  readonly forms: Map<string, number[]>;
  readonly prefixes: Map<string, { readonly prefix: string; readonly word: number }[]>;
  readonly builtins: Map<Builtin, number>;
  readonly numbers: Map<string, number>;
}

/** Builds the lexicon of groups of terms; a term that cannot be read throws an `Error` that says why. */
export function buildLexicon(groups: readonly (readonly string[])[]): Lexicon {
  const root: TermNode = { groups: [], next: new Map() };
  const words: Words = {
    forms: new Map(),
    prefixes: new Map(),
    builtins: new Map(),
    numbers: new Map(),
  };
  for (const [group, terms] of groups.entries()) {
    for (const term of terms) addTerm(root, words, parseTerm(term), group);
  }
  return { root, builtins: words.builtins, lookUp: (form) => lookUp(words, form) };
}

function addTerm(root: TermNode, words: Words, term: readonly TermWord[], group: Group): void {
  let node = root;
  for (const word of term) {
    const number = numberOf(words, word);
    let next = node.next.get(number);
    if (next === undefined) node.next.set(number, (next = { groups: [], next: new Map() }));
    node = next;
  }
  if (!node.groups.includes(group)) node.groups.push(group);
}

function numberOf(words: Words, word: TermWord): number {
  const known = words.numbers.get(word.key);
  if (known !== undefined) return known;
  const number = words.numbers.size;
  words.numbers.set(word.key, number);
  enter(words, word, number);
  return number;
}

function enter(words: Words, word: TermWord, number: number): void {
  switch (word.kind) {
    case 'forms':
      for (const form of word.forms) pushTo(words.forms, form, number);
      break;
    case 'prefix':
      pushTo(words.prefixes, word.prefix.slice(0, SHORTEST_PREFIX), {
        prefix: word.prefix,
        word: number,
      });
      break;
    case 'builtin':
      words.builtins.set(word.key, number);
      break;
  }
}

function pushTo<T>(lists: Map<string, T[]>, key: string, item: T): void {
  const list = lists.get(key);
  if (list === undefined) lists.set(key, [item]);
  else list.push(item);
}

function lookUp({ forms, prefixes }: Words, form: string): readonly number[] | undefined {
  const exact = forms.get(form);
  if (form.length < SHORTEST_PREFIX || prefixes.size === 0) return exact;
  const candidates = prefixes.get(form.slice(0, SHORTEST_PREFIX));
  const begun = candidates?.filter(({ prefix }) => form.startsWith(prefix));
  if (begun === undefined || begun.length === 0) return exact;
  return [...(exact ?? []), ...begun.map(({ word }) => word)];
}
