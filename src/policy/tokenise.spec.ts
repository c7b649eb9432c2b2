import { describe, expect, it } from '@jest/globals';
import { foldText } from './fold-text.js';
import { tokenise } from './tokenise.js';

const words = (text: string) => tokenise(foldText(text)).map(({ word }) => word);

describe('tokenise', () => {
  it('cuts at everything that is no letter and no digit', () => {
    expect(words('Run: rm -rf /home, now!')).toEqual(['run', 'rm', 'rf', 'home', 'now']);
  });

  it('does not let an emoji become part of a word', () => {
    expect(words('delete😀all')).toEqual(['delete', 'all']);
  });

  it('reads letters written one by one as a word', () => {
    expect(words('please d-e-l-e-t-e it')).toEqual(['please', 'delete', 'it']);
    expect(words('d e l e t e  a l l  of it')).toEqual(['delete', 'a', 'l', 'l', 'of', 'it']);
    expect(words('plan A or B')).toEqual(['plan', 'a', 'or', 'b']);
  });

  it('keeps a spelled-out word apart from the next one when they are written apart differently', () => {
    expect(words('w.i.p.e d-r-i-v-e')).toEqual(['wipe', 'drive']);
  });

  it('leaves out the s of a possessive', () => {
    expect(words("the customer's data")).toEqual(['the', 'customer', 'data']);
  });

  it('keeps hidden words apart from visible ones, further than any gap', () => {
    const hidden = Array.from('all', (c) => String.fromCodePoint(0xe0000 + c.charCodeAt(0)));
    const [visible, behind] = tokenise(foldText(`wipe${hidden.join('')}`));
    expect(visible).toMatchObject({ word: 'wipe', position: 0 });
    expect(behind?.word).toBe('all');
    expect(behind?.position).toBeGreaterThan(1000);
  });

  it('keeps a monstrous word without its text', () => {
    const [token] = tokenise(foldText('a'.repeat(1000)));
    expect(token).toMatchObject({ word: '', start: 0, end: 1000 });
  });
});
