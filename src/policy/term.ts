import { foldText } from './fold-text.js';
import { inflect } from './inflect.js';
import { tokenise } from './tokenise.js';

/** One word of a policy's term. */
export type TermWord =
  /** Any of these forms, as a whole word. */
  | { readonly kind: 'forms'; readonly key: string; readonly forms: readonly string[] }
  /** A word that begins so. */
  | { readonly kind: 'prefix'; readonly key: string; readonly prefix: string }
  /** What no list of words can say. */
  | { readonly kind: 'builtin'; readonly key: Builtin };

const builtins = ['<start>', '<number>', '<amount>', '<address>'] as const;

/**
 * `<start>`: the first word of a sentence or line. `<number>`: digits. `<amount>`: digits with a currency sign.
 * `<address>`: what stands behind the @ of a mail address.
 */
export type Builtin = (typeof builtins)[number];

/** The shortest beginning that may stand before a `*`. */
export const SHORTEST_PREFIX = 4;

/**
 * Reads a term of the policy file: words that follow one another, each `word` (with its inflections), `=word` (just
 * so), `beginning*` or a built-in. Throws an `Error` that says what is wrong with it.
 */
export function parseTerm(term: string): readonly TermWord[] {
  const words = term
    .split(/\s+/)
    .filter((part) => part !== '')
    .flatMap(parseTermPart);
  if (words.length === 0) throw new Error(`"${term}" has no word in it`);
  return words;
}

function parseTermPart(part: string): TermWord[] {
  if (part.startsWith('<')) return [builtin(part)];
  if (part.endsWith('*')) return [prefix(part)];
  const exact = part.startsWith('=');
  const words = tokenise(foldText(exact ? part.slice(1) : part)).map((token) => token.word);
  if (words.length === 0) throw new Error(`"${part}" has no letter or digit in it`);
  return words.map((word) =>
    exact
      ? { kind: 'forms', key: `=${word}`, forms: [word] }
      : { kind: 'forms', key: word, forms: inflect(word) },
  );
}

function builtin(part: string): TermWord {
  const key = builtins.find((name) => name === part);
  if (key === undefined) throw new Error(`"${part}" is not one of ${builtins.join(', ')}`);
  return { kind: 'builtin', key };
}

function prefix(part: string): TermWord {
  const [token, ...rest] = tokenise(foldText(part.slice(0, -1)));
  if (token === undefined || rest.length > 0 || token.word.length < SHORTEST_PREFIX) {
    throw new Error(`"${part}" needs one word of ${SHORTEST_PREFIX} letters or more before its *`);
  }
  return { kind: 'prefix', key: `${token.word}*`, prefix: token.word };
}
