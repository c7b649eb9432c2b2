import { describe, expect, it } from '@jest/globals';
import fc from 'fast-check';
import { applied } from '../../../../test/support/views/apply-difference.js';
import type { RequestContent } from '../../../governed-request/governed-request.events.js';
import { differenceOf } from './content-difference.js';

type Args = Extract<RequestContent, { readonly kind: 'tool' }>['args'];

const chat = (request: string): RequestContent => ({ kind: 'chat', request });
const tool = (args: Args): RequestContent => ({ kind: 'tool', tool: 'exec', action: 'json', args });

const word = fc.constantFrom('the', 'budget', 'Größe', '👩‍💻', 'e\u0301', '-', '.', ' ', '\n', '€ 5');
const text = fc.oneof(
  fc.array(word, { maxLength: 40 }).map((words) => words.join('')),
  fc.string({ unit: 'grapheme' }),
);
const args = fc.dictionary(
  fc.oneof(fc.constantFrom('to', 'a/b', '~', '', '__proto__'), fc.string()),
  json(),
  {
    noNullPrototype: true,
  },
) as fc.Arbitrary<Args>;

/** JSON whose lists and objects resemble each other, so that there is something to compare. */
function json(): fc.Arbitrary<unknown> {
  const leaf = fc.oneof(text, fc.integer({ min: 0, max: 2 }), fc.constantFrom(null, true));
  return fc.letrec((tie) => ({
    value: fc.oneof({ depthSize: 'small' }, leaf, tie('list'), tie('object')),
    list: fc.array(tie('value'), { maxLength: 5 }),
    object: fc.dictionary(fc.constantFrom('x', 'y', '/'), tie('value'), { noNullPrototype: true }),
  }))['value'];
}

describe('The difference of two contents', () => {
  it('tells of a text which words became which, and where', () => {
    const before = chat('Draft an email asking finance to confirm the first-quarter budget.');
    const after = chat('Draft an email asking finance to check the second-quarter budget soon.');
    expect(differenceOf(before, after)).toEqual({
      tooDifferent: false,
      changes: [
        { path: '/request', start: 33, removed: 'confirm', added: 'check' },
        { path: '/request', start: 45, removed: 'first', added: 'second' },
        { path: '/request', start: 65, added: ' soon' },
      ],
    });
  });

  it('tells of arguments which values changed, came and went', () => {
    const before = { to: ['kim@example.com', 'lee@example.com'], text: 'Pay it now', 'a/b': 1 };
    const after = { to: ['kim@example.com'], text: 'Pay it later', 'a/b': 2, cc: null };
    expect(differenceOf(tool(before), tool(after))).toEqual({
      tooDifferent: false,
      changes: [
        { path: '/args/a~1b', start: null, removed: 1, added: 2 },
        { path: '/args/cc', start: null, added: null },
        { path: '/args/text', start: 7, removed: 'now', added: 'later' },
        { path: '/args/to/1', start: null, removed: 'lee@example.com' },
      ],
    });
  });

  it('finds what was put in the middle of a list', () => {
    const [before, after] = [tool({ list: [1, 2, 4, 5] }), tool({ list: [1, 2, 3, 4, 5] })];
    const changes = [{ path: '/args/list/2', start: null, added: 3 }];
    expect(differenceOf(before, after)).toEqual({ tooDifferent: false, changes });
  });

  it.each([
    ['texts', text.map(chat)],
    ['arguments', args.map(tool)],
  ] as const)('makes the one out of the other, for any %s', (_, content) => {
    fc.assert(
      fc.property(content, content, (before, after) => {
        const difference = differenceOf(before, after);
        expect(applied(before, difference)).toEqual(after);
        expect(difference.tooDifferent).toBe(false);
      }),
      { numRuns: 1_000 },
    );
  });

  it('tells nothing of what is the same', () => {
    fc.assert(
      fc.property(args.map(tool), (content) => {
        expect(differenceOf(content, structuredClone(content)).changes).toEqual([]);
      }),
    );
  });
});

const LONGEST = 200_000;
const signs = (sign: (index: number) => string, length = LONGEST) =>
  Array.from({ length }, (_, index) => sign(index)).join('');
const seeded = (seed: number) => () => (seed = (seed * 48_271) % 2_147_483_647) % 2 === 0;

describe('A difference that nobody could read', () => {
  const [coin, other] = [seeded(1), seeded(2)];

  it.each<[string, RequestContent, RequestContent]>([
    ['nothing in common', chat('!'.repeat(LONGEST)), chat('?'.repeat(LONGEST))],
    [
      'two signs in any order',
      chat(signs(() => (coin() ? '!' : '?'))),
      chat(signs(() => (other() ? '!' : '?'))),
    ],
    [
      'the same word again and again, and others among it',
      chat('a '.repeat(LONGEST / 2)),
      chat(signs((index) => (index % 50 === 0 ? 'b ' : 'a '), LONGEST / 2)),
    ],
    [
      'thousands of short texts',
      tool({ list: Array.from({ length: 20_000 }, (_, index) => `some ${index}`) }),
      tool({ list: Array.from({ length: 20_000 }, (_, index) => `other ${index}`) }),
    ],
    [
      'hundreds of long texts',
      tool({ list: Array.from({ length: 500 }, () => '! '.repeat(500)) }),
      tool({ list: Array.from({ length: 500 }, () => '? '.repeat(500)) }),
    ],
    [
      'thousands of other names',
      tool(Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`a${index}`, 1]))),
      tool(Object.fromEntries(Array.from({ length: 50_000 }, (_, index) => [`b${index}`, 1]))),
    ],
  ])('is told roughly and soon: %s', (_, before, after) => {
    const { cpu, difference } = measured(() => differenceOf(before, after));
    expect(difference.tooDifferent).toBe(true);
    expect(difference.changes.length).toBeLessThanOrEqual(1_000);
    expect(applied(before, difference)).toEqual(after);
    // Hundredths of a second; a search without bounds takes minutes.
    expect(cpu).toBeLessThan(5_000);
  });

  it('is not one of a long text where a few words changed', () => {
    const prose = signs((index) => `word${index % 89} `, 30_000);
    const few = prose.replace('word7 ', 'this ').replace(/word\d+ $/, 'that ');
    const { tooDifferent, changes } = differenceOf(chat(prose), chat(few));
    expect([tooDifferent, changes]).toMatchObject([false, [{ added: 'this' }, { added: 'that' }]]);
  });
});

/** Milliseconds of the processor, which others on the machine do not lengthen. */
function measured(find: () => ReturnType<typeof differenceOf>) {
  const before = process.cpuUsage();
  const difference = find();
  const { user, system } = process.cpuUsage(before);
  return { difference, cpu: (user + system) / 1_000 };
}
