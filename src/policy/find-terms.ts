import type { Group, Lexicon, TermNode } from './lexicon.js';
import type { Token } from './tokenise.js';

/** A term in the text: the tokens from `start` up to, not including, `end`. */
export interface Occurrence {
  readonly start: number;
  readonly end: number;
}

/** Where each group of terms occurs, in the order of the text. */
export type Occurrences = Map<Group, Occurrence[]>;

/** The policy's words that a token, alone or joined with the next one, can be read as. */
interface Reading {
  readonly words: readonly number[];
  /** The token behind it. */
  readonly end: number;
}

/** Finds every term of the lexicon in the text; each token is looked up once, whatever the number of rules. */
export function findTerms(lexicon: Lexicon, text: string, tokens: readonly Token[]): Occurrences {
  const readings = tokens.map((_, index) => readToken(lexicon, text, tokens, index));
  const found: Occurrences = new Map();
  for (let index = 0; index < tokens.length; index++) {
    follow(lexicon.root, readings, index, index, found);
  }
  return found;
}

function follow(
  node: TermNode,
  readings: readonly (readonly Reading[])[],
  start: number,
  at: number,
  found: Occurrences,
): void {
  for (const { words, end } of readings[at] ?? NOTHING) {
    for (const word of words) {
      const next = node.next.get(word);
      if (next === undefined) continue;
      if (next.groups.length > 0) record(found, next.groups, { start, end });
      if (next.next.size > 0) follow(next, readings, start, end, found);
    }
  }
}

/** One object for all groups: a common word of the policy stands in many. */
function record(found: Occurrences, groups: readonly Group[], occurrence: Occurrence): void {
  for (const group of groups) {
    const occurrences = found.get(group);
    if (occurrences === undefined) found.set(group, [occurrence]);
    else occurrences.push(occurrence);
  }
}

const NOTHING: readonly Reading[] = [];

function readToken(
  lexicon: Lexicon,
  text: string,
  tokens: readonly Token[],
  index: number,
): readonly Reading[] {
  const token = tokens[index];
  if (token === undefined) return NOTHING;
  const alone = readAlone(lexicon, text, tokens, index);
  const joined = readJoined(lexicon, text, token, tokens[index + 1]);
  const first = startsSentence(lexicon, text, tokens, index);
  if (alone === undefined && joined === undefined && first === undefined) return NOTHING;
  const readings: Reading[] = [];
  if (first !== undefined) readings.push({ words: [first], end: index });
  if (alone !== undefined) readings.push({ words: alone, end: index + 1 });
  if (joined !== undefined) readings.push({ words: joined, end: index + 2 });
  return readings;
}

function readAlone(
  lexicon: Lexicon,
  text: string,
  tokens: readonly Token[],
  index: number,
): readonly number[] | undefined {
  const { word = '', start = 0 } = tokens[index] ?? {};
  const listed = lexicon.lookUp(word) ?? readDigitsAsLetters(lexicon, word);
  if (lexicon.builtins.size === 0) return listed;
  const builtins = readBuiltins(lexicon, text, word, start);
  return builtins.length === 0 ? listed : [...(listed ?? []), ...builtins];
}

/** Shorter words with digits in them are names and units more often than disguised words. */
const SHORTEST_DISGUISED = 5;

const AS_LETTER: Readonly<Record<string, string>> = {
  0: 'o',
  3: 'e',
  4: 'a',
  5: 's',
  7: 't',
  8: 'b',
};

/** `p4yr0ll` is read as payroll, when the policy has that word. */
function readDigitsAsLetters(lexicon: Lexicon, word: string): readonly number[] | undefined {
  if (word.length < SHORTEST_DISGUISED || !/[0-9]/.test(word) || !/[a-z]/.test(word))
    return undefined;
  const letters = word.replace(/[034578]/g, (digit) => AS_LETTER[digit] ?? digit);
  return (
    lexicon.lookUp(letters.replaceAll('1', 'i')) ?? lexicon.lookUp(letters.replaceAll('1', 'l'))
  );
}

/** `pay-roll`, `e-mail` and `de.lete`: two words with one or two characters, none a space, between them. */
function readJoined(
  lexicon: Lexicon,
  text: string,
  token: Token,
  next: Token | undefined,
): readonly number[] | undefined {
  if (next === undefined) return undefined;
  const between = next.start - token.end;
  if (between > 2 || text.charCodeAt(token.end) <= 0x20) return undefined;
  if (between === 2 && text.charCodeAt(token.end + 1) <= 0x20) return undefined;
  return lexicon.lookUp(token.word + next.word);
}

function readBuiltins(lexicon: Lexicon, text: string, word: string, start: number): number[] {
  const { builtins } = lexicon;
  const read: number[] = [];
  const add = (number: number | undefined) => number !== undefined && read.push(number);
  const before = text[start - 1] ?? '';
  if (before === '@') add(builtins.get('<address>'));
  const first = word.charCodeAt(0);
  if (first >= 48 && first <= 57) {
    add(builtins.get('<number>'));
    if ('$€£¥₹'.includes(before) && before !== '') add(builtins.get('<amount>'));
  }
  return read;
}

/** The number of `<start>`, which stands before a word and takes up none, when the token begins a sentence or line. */
function startsSentence(
  { builtins }: Lexicon,
  text: string,
  tokens: readonly Token[],
  index: number,
): number | undefined {
  const number = builtins.get('<start>');
  const previous = tokens[index - 1];
  if (number === undefined || previous === undefined) return number;
  if (text[previous.end] === ' ' && tokens[index]?.start === previous.end + 1) return undefined;
  return /[.!?;:\n]/.test(text.slice(previous.end, tokens[index]?.start)) ? number : undefined;
}
