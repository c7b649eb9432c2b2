import type { FoldedText } from './fold-text.js';

/** A word of the folded text. */
export interface Token {
  /** Folded; empty when longer than any word of a policy. */
  readonly word: string;
  /** Offsets into the folded text. */
  readonly start: number;
  readonly end: number;
  /** Which word of the text it is; words that were written apart count as one when they are read as one. */
  readonly position: number;
}

/** Longer runs of letters are no words: they are kept as one token without its text. */
const LONGEST_WORD = 48;

/** Between the visible and the hidden part of a text lies more than any gap. */
const HIDDEN_PART = 1_000_000;

/** Letters written one by one (`d-e-l-e-t-e`) are read as a word from this many on. */
const SPELLED_OUT = 4;

/** Cuts a folded text into words: the longest runs of letters and digits. */
export function tokenise({ text, visibleLength }: FoldedText): Token[] {
  const tokens: Token[] = [];
  for (let at = 0; at < text.length;) {
    if (!isWordUnit(text.charCodeAt(at))) {
      at++;
      continue;
    }
    const start = at;
    const limit = start < visibleLength ? visibleLength : text.length;
    while (at < limit && isWordUnit(text.charCodeAt(at))) at++;
    if (!isPossessiveS(text, start, at))
      tokens.push(tokenAt(text, start, at, tokens, visibleLength));
  }
  return tokens.some(isLetter) ? joinSpelledOut(text, tokens) : tokens;
}

function tokenAt(
  text: string,
  start: number,
  end: number,
  before: readonly Token[],
  visibleLength: number,
): Token {
  const word = end - start > LONGEST_WORD ? '' : text.slice(start, end);
  const position = before.length + (start < visibleLength ? 0 : HIDDEN_PART);
  return { word, start, end, position };
}

/** The `s` of "customer's data" would stand between two words that belong together. */
function isPossessiveS(text: string, start: number, end: number): boolean {
  if (end - start !== 1 || text[start] !== 's') return false;
  const before = text[start - 1];
  return (before === "'" || before === '\u2019') && isWordUnit(text.charCodeAt(start - 2));
}

function joinSpelledOut(text: string, tokens: readonly Token[]): Token[] {
  const joined: Token[] = [];
  for (let index = 0; index < tokens.length;) {
    const run = spelledOutRun(text, tokens, index);
    for (const token of asRead(tokens.slice(index, index + run))) {
      const part = token.position < HIDDEN_PART ? 0 : HIDDEN_PART;
      joined.push({ ...token, position: joined.length + part });
    }
    index += run;
  }
  return joined;
}

function asRead(run: readonly Token[]): readonly Token[] {
  const first = run[0];
  const last = run.at(-1);
  if (first === undefined || last === undefined || run.length < SPELLED_OUT) return run;
  const word = run.length > LONGEST_WORD ? '' : run.map((token) => token.word).join('');
  return [{ word, start: first.start, end: last.end, position: first.position }];
}

/** How many tokens from `index` on are single letters with the same one character between each two; 1 when none. */
function spelledOutRun(text: string, tokens: readonly Token[], index: number): number {
  const first = tokens[index];
  let end = index + 1;
  if (first === undefined || !isLetter(first)) return 1;
  while (
    isNextLetter(tokens[end - 1], tokens[end]) &&
    text[tokens[end - 1]?.end ?? 0] === text[first.end]
  )
    end++;
  return end - index;
}

function isNextLetter(before: Token | undefined, token: Token | undefined): boolean {
  if (before === undefined || token === undefined) return false;
  return isLetter(token) && token.start - before.end === 1;
}

function isLetter({ word }: Token): boolean {
  return word.length === 1 && (word < '0' || word > '9');
}

const BEYOND_ASCII = new Uint8Array(0x10000);

/** ASCII letters and digits, and what Unicode calls so in the basic plane; surrogates separate words. */
function isWordUnit(unit: number): boolean {
  if (unit < 0x80) return (unit >= 97 && unit <= 122) || (unit >= 48 && unit <= 57);
  let known = BEYOND_ASCII[unit];
  if (known === 0) {
    known = /[\p{L}\p{N}]/u.test(String.fromCharCode(unit)) ? 2 : 1;
    BEYOND_ASCII[unit] = known;
  }
  return known === 2;
}
