import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { isIJson } from './i-json.js';

describe('JSON that means the same to everybody', () => {
  it.each([
    ['null', null],
    ['the largest safe integer', Number.MAX_SAFE_INTEGER],
    ['a fraction', 0.1],
    ['every plane of Unicode', 'a\0\u{10FFFF}'],
    ['an empty key', { '': [true, { a: 'b' }] }],
  ])('may hold %s', (_, value) => expect(isIJson(value)).toBe(true));

  it.each([
    ['an integer that was rounded', Number.MAX_SAFE_INTEGER + 1],
    ['a negative one', [-(2 ** 60)]],
    ['half a surrogate pair', { a: [{ b: '\ud800' }] }],
    ['half a pair the wrong way round', '\udc00\ud800'],
    ['half a pair in a key', { '\udfff': 1 }],
  ])('may not hold %s', (_, value) => expect(isIJson(value)).toBe(false));

  it('does not depend on where in a document something stands', () => {
    fc.assert(
      fc.property(
        fc.jsonValue({ maxDepth: 4 }),
        fc.constantFrom('\ud800', 2 ** 53),
        (value, bad) => {
          expect(isIJson([value, { a: bad }])).toBe(false);
          expect(isIJson({ a: value })).toBe(isIJson(value));
        },
      ),
    );
  });
});
