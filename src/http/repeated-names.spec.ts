import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { hasRepeatedNames } from './repeated-names.js';

const repeats = (text: string): boolean => hasRepeatedNames(text, JSON.parse(text));

describe('A name that an object has twice', () => {
  it.each([
    '{"a":1,"a":1}',
    '{"a":1,"b":2,"a":3}',
    String.raw`{"a":1,"\u0061":2}`,
    '{"a" \t\r\n:1,"a":2}',
    '[{"b":[{"":1,"":2}]}]',
    String.raw`{"\"":":","\"":"\\"}`,
  ])('is seen in %s', (text) => expect(repeats(text)).toBe(true));

  it.each([
    '{"a":{"a":1},"b":{"a":2}}',
    '[{"a":1},{"a":1}]',
    String.raw`{"a":"\"a\":","b":"a"}`,
    '"a:"',
    '0',
    '{}',
  ])('is not seen in %s', (text) => expect(repeats(text)).toBe(false));

  it('is not seen in what JavaScript writes, however it is laid out', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.nat(4), (value, indent) => {
        expect(repeats(JSON.stringify(value, null, indent))).toBe(false);
      }),
    );
  });

  it('is seen wherever it is put', () => {
    const object = fc.dictionary(fc.string(), fc.jsonValue(), { minKeys: 1 });
    fc.assert(
      fc.property(object, fc.jsonValue(), (value, other) => {
        const name = JSON.stringify(Object.keys(value)[0]);
        const doubled = `{${name}:${JSON.stringify(other)},${JSON.stringify(value).slice(1)}`;
        expect(repeats(`[0,{"within":${doubled}}]`)).toBe(true);
      }),
    );
  });
});
