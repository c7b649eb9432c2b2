import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { printable } from './printable.js';

describe('Text for a terminal', () => {
  it.each([
    ['Draft a mail — naïve, 日本, 👩‍🚀?', 'Draft a mail — naïve, 日本, 👩 🚀?'],
    ['one\r\ntwo\tthree', 'one two three'],
    ['\u001b[31mred\u001b[0m', ' [31mred [0m'],
    ['\u202Egpj.exe', ' gpj.exe'],
    ['a\u2028b\u2029c', 'a b c'],
    ['\ud800', '\ufffd'],
  ])('%j is shown as %j', (text, shown) => expect(printable(text)).toBe(shown));

  it('has nothing in it that would steer it, whatever was written', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        expect(printable(text)).not.toMatch(/[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
      }),
    );
  });
});
