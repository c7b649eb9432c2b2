/**
 * A word with its regular English inflections: `transfer` also gives transfers, transferred and transferring. Forms
 * that are no English do no harm, they are never written.
 */
export function inflect(word: string): readonly string[] {
  if (word.length < 3 || !/^[a-z]+$/.test(word)) return [word];
  return [...new Set([word, ...withS(word), ...withEdAndIng(word)])];
}

function withS(word: string): string[] {
  if (/[^aeiou]y$/.test(word)) return [`${word.slice(0, -1)}ies`];
  if (/(?:[sxz]|ch|sh|o)$/.test(word)) return [`${word}es`, `${word}s`];
  return [`${word}s`];
}

function withEdAndIng(word: string): string[] {
  if (word.endsWith('ie')) return [`${word}d`, `${word.slice(0, -2)}ying`];
  if (word.endsWith('ee')) return [`${word}d`, `${word}ing`];
  if (word.endsWith('e')) return [`${word}d`, `${word.slice(0, -1)}ing`];
  if (/[^aeiou]y$/.test(word)) return [`${word.slice(0, -1)}ied`, `${word}ing`];
  const plain = [`${word}ed`, `${word}ing`];
  if (!/[^aeiou][aeiou][bdfgklmnprt]$/.test(word)) return plain;
  const doubled = word + word.slice(-1);
  return [...plain, `${doubled}ed`, `${doubled}ing`];
}
