import { describe, expect, it } from '@jest/globals';
import * as fc from 'fast-check';
import { foldText } from './fold-text.js';

const anyText = fc.string({
  unit: fc.integer({ min: 0, max: 0xffff }).map((u) => String.fromCharCode(u)),
});

const inTagCharacters = (c: string) => String.fromCodePoint(0xe0000 + c.charCodeAt(0));

describe('foldText', () => {
  it.each([
    ['case', 'DeLeTe'],
    ['full-width letters', 'ｄｅｌｅｔｅ'],
    ['mathematical letters', '𝐝𝒆𝓵𝔢𝕥𝗲'],
    ['Cyrillic look-alikes', 'dеlеtе'],
    ['small capitals', 'ᴅᴇʟᴇᴛᴇ'],
    ['diacritics', 'délètë'],
    ['stacked marks', 'd\u0301\u0302\u0303e\u0336lete'],
    ['zero-width characters', 'de\u200bl\u200ce\u2060t\ufeffe'],
    ['soft hyphens', 'de\u00adlete'],
    ['variation selectors', 'de\ufe0flete'],
    ['circled letters', 'ⓓⓔⓛⓔⓣⓔ'],
  ])('sees through %s', (_, written) => {
    expect(foldText(written).text).toBe('delete');
  });

  it.each([
    ['РАУMENТ', 'payment'],
    ['ραγ', 'pay'],
    ['ΒΙΤCΟΙΝ', 'bitcoin'],
    ['ﬁle', 'file'],
    ['straße', 'strasse'],
  ])('reads %s as %s', (written, read) => {
    expect(foldText(written).text).toBe(read);
  });

  it('makes text readable that is hidden in tag characters', () => {
    const hidden = Array.from('wipe it', inTagCharacters).join('');
    const folded = foldText(`Hello${hidden}!`);
    expect(folded.text).toBe('hello!wipe it');
    expect(folded.visibleLength).toBe(6);
    expect(folded.originalStart(6)).toBe(5);
  });

  it('leads every unit back to the character it came from', () => {
    fc.assert(
      fc.property(anyText, (original) => {
        const { text, originalStart, originalEnd } = foldText(original);
        for (let index = 0; index < text.length; index++) {
          const character = original.slice(originalStart(index), originalEnd(index));
          expect(Array.from(character)).toHaveLength(1);
          expect(foldText(character).text).toContain(text[index]);
        }
      }),
    );
  });

  it('is never much longer than the original', () => {
    fc.assert(
      fc.property(anyText, (original) => foldText(original).text.length <= 4 * original.length),
    );
    expect(foldText('\ufdfa'.repeat(10)).text).toHaveLength(40);
  });
});
