import { confusables } from './confusables.js';

/** A text as the rules read it, with the way back to the text as it was written. */
export interface FoldedText {
  /** Lower case, without marks, look-alikes and invisible characters. */
  readonly text: string;
  /** Where the visible text ends; after it stands what was hidden in tag characters, made readable. */
  readonly visibleLength: number;
  /** The offset in the original at which the unit `index` of the folded text begins. */
  readonly originalStart: (index: number) => number;
  /** The offset in the original behind the character that gave the unit `index` of the folded text. */
  readonly originalEnd: (index: number) => number;
}

/**
 * Folds a text for matching: NFKC and NFKD, case, diacritics and other combining marks, default-ignorable characters
 * (zero-width ones among them) and look-alikes of Latin letters all lose their difference. One pass; a character
 * becomes at most four units, which bounds the memory.
 */
export function foldText(original: string): FoldedText {
  if (!/[\u0080-\uffff]/.test(original)) return foldAscii(original);
  return foldUnicode(original);
}

function foldAscii(original: string): FoldedText {
  return {
    text: original.toLowerCase(),
    visibleLength: original.length,
    originalStart: (index) => index,
    originalEnd: (index) => index + 1,
  };
}

function foldUnicode(original: string): FoldedText {
  const visible = new FoldedUnits();
  const hidden = new FoldedUnits();
  for (let at = 0; at < original.length;) {
    const codePoint = original.codePointAt(at) ?? 0;
    const next = at + (codePoint > 0xffff ? 2 : 1);
    if (isTagCharacter(codePoint)) hidden.add(foldCodePoint(codePoint - TAGS), at, next);
    else visible.add(foldCodePoint(codePoint), at, next);
    at = next;
  }
  return joined(visible, hidden);
}

/** Tag characters repeat ASCII invisibly: a model reads them, a person does not see them. */
const TAGS = 0xe0000;

function isTagCharacter(codePoint: number): boolean {
  return codePoint >= TAGS + 0x20 && codePoint <= TAGS + 0x7e;
}

function joined(visible: FoldedUnits, hidden: FoldedUnits): FoldedText {
  const visibleLength = visible.text.length;
  const of = (index: number) => (index < visibleLength ? visible : hidden);
  const within = (index: number) => (index < visibleLength ? index : index - visibleLength);
  return {
    text: visible.text + hidden.text,
    visibleLength,
    originalStart: (index) => of(index).starts[within(index)] ?? 0,
    originalEnd: (index) => of(index).ends[within(index)] ?? 0,
  };
}

class FoldedUnits {
  text = '';
  readonly starts: number[] = [];
  readonly ends: number[] = [];

  add(folded: string, start: number, end: number): void {
    this.text += folded;
    for (let unit = 0; unit < folded.length; unit++) {
      this.starts.push(start);
      this.ends.push(end);
    }
  }
}

/** Folding is slow, and texts repeat their characters: what was folded once is kept, up to this many characters. */
const REMEMBERED = 0x10000;
const remembered = new Map<number, string>();

function foldCodePoint(codePoint: number): string {
  const known = remembered.get(codePoint);
  if (known !== undefined) return known;
  const folded = fold(String.fromCodePoint(codePoint));
  if (remembered.size < REMEMBERED) remembered.set(codePoint, folded);
  return folded;
}

/** A compatibility character of longer words than this is no way to write a word of a policy. */
const LONGEST_EXPANSION = 4;

/** NFKD does what NFKC does and takes marks off their letters, too. */
function fold(character: string): string {
  const parts = character.normalize('NFKD');
  if (parts === character) return foldPart(character);
  let folded = '';
  for (const part of parts) folded += foldPart(part);
  return folded.slice(0, LONGEST_EXPANSION);
}

function foldPart(part: string): string {
  if (part < '\u0080') return part.toLowerCase();
  if (/[\p{Default_Ignorable_Code_Point}\p{M}]/u.test(part)) return '';
  const lower = part.toUpperCase().toLowerCase();
  return confusables.get(part) ?? confusables.get(lower) ?? lower;
}
