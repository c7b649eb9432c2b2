import { describe, expect, it } from '@jest/globals';
import { identityName, lookOf } from './identity-name.js';

describe('The name of an identity', () => {
  it.each(['ada', 'ada@example.com', 'auth0|5f7c', 'Zoë', 'svc:billing/eu', '山田'])(
    'may be %s',
    (name) => {
      expect(identityName.parse(name)).toBe(name);
    },
  );

  it.each([
    ['nothing', ''],
    ['a space', 'ada lovelace'],
    ['a space at its end', 'ada '],
    ['a space that does not break', 'ada\u{a0}lovelace'],
    ['a line feed', 'ada\nroot'],
    ['a control character', 'ada\u{0}'],
    ['a mark that turns the direction', 'ada\u{202e}'],
    ['a space without width', 'ad\u{200b}a'],
    ['a letter that nobody sees', 'ada\u{3164}'],
    ['half a character', 'ada\u{d800}'],
    ['an accent by itself, not in NFC', 'Zoe\u{308}'],
    ['201 characters', 'a'.repeat(201)],
    ['what the service calls itself', 'Docket'],
  ])('may not have or be %s', (_, name) => {
    expect(identityName.safeParse(name).success).toBe(false);
  });

  it('looks like another of other case, form or script', () => {
    for (const [one, other] of [
      ['Ada@example.com', 'ada@example.com'],
      ['ada', '\u{430}d\u{430}'],
      ['ada', '\u{ff41}da'],
    ] as const) {
      expect(lookOf(one)).toBe(lookOf(other));
    }
    expect(lookOf('ada')).not.toBe(lookOf('adam'));
  });
});
